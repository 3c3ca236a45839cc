package edit

import "bytes"

// mark is the byte order mark that some editors put before a file.
var mark = []byte("\xef\xbb\xbf")

// Plain is a file without its byte order mark, its lines ending in a line feed
// alone: what it says, however an editor writes it.
func Plain(src []byte) []byte {
	return bytes.ReplaceAll(bytes.TrimPrefix(src, mark), []byte("\r\n"), []byte("\n"))
}

// Like writes text as old is written: with its byte order mark, if it has one,
// and with the line ends that most of its lines have.
func Like(old, text []byte) []byte {
	text = Plain(text)
	if n := bytes.Count(old, []byte("\r\n")); 2*n > bytes.Count(old, []byte("\n")) {
		text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	if bytes.HasPrefix(old, mark) {
		text = append(bytes.Clone(mark), text...)
	}
	return text
}
