package edit

import "testing"

func TestLike(t *testing.T) {
	for _, tt := range []struct{ name, old, text, want string }{
		{"line feeds", "a\nb\n", "c\nd\n", "c\nd\n"},
		{"carriage returns", "a\r\nb\r\n", "c\nd\r\n", "c\r\nd\r\n"},
		{"a mark", "\xef\xbb\xbfa\r\n", "c\n", "\xef\xbb\xbfc\r\n"},
		{"a mark in the text alone", "a\n", "\xef\xbb\xbfc\r\n", "c\n"},
		{"one carriage return of three", "a\r\nb\nc\n", "d\n", "d\n"},
		{"nothing yet", "", "d\n", "d\n"},
	} {
		if got := string(Like([]byte(tt.old), []byte(tt.text))); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := string(Plain([]byte("\xef\xbb\xbfa\r\nb"))); got != "a\nb" {
		t.Errorf("Plain: got %q", got)
	}
}
