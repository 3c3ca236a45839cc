package grade

import (
	"slices"
	"strings"
	"testing"
)

// A name that macOS has decomposed, each accent behind its letter, is the one that
// stands composed on the roster, and the other way about.
func TestRoster_accents(t *testing.T) {
	const composed, apart = "ren\u00e9e", "rene\u0301e"
	for _, x := range [][2]string{{composed, apart}, {apart, composed}} {
		r, err := ReadRoster(strings.NewReader("submission,name\n" + x[0] + ",Renée\nzoe,Zoe\n"))
		if err != nil {
			t.Fatal(err)
		}
		s := &Submission{Name: x[1]}
		if r.fill(s); s.FullName != "Renée" || len(s.Notes) > 0 {
			t.Errorf("%+q on the roster, %+q handed in: %q, notes %q", x[0], x[1], s.FullName, s.Notes)
		}
		if got := r.missing([]*Submission{s}); !slices.Equal(got, []string{"zoe Zoe"}) {
			t.Errorf("missing are %q", got)
		}
	}
}

func TestReadRoster_twice(t *testing.T) {
	const head = "submission,name,late\nada,Ada,1\n"
	if _, err := ReadRoster(strings.NewReader(head + "ada,Ada,1\n")); err != nil {
		t.Errorf("the same line twice: %v", err)
	}
	_, err := ReadRoster(strings.NewReader(head + "bob,Bob,\nada,Ada,2\n"))
	if err == nil || !strings.Contains(err.Error(), `row 4: "ada" is on the roster twice`) {
		t.Errorf("another line of the same: %v", err)
	}
}
