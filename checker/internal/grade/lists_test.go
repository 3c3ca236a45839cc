package grade

import (
	"maps"
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
		all := []*Submission{s}
		if r.fill(s, r.bind(all)); s.FullName != "Renée" || len(s.Notes) > 0 {
			t.Errorf("%+q on the roster, %+q handed in: %q, notes %q", x[0], x[1], s.FullName, s.Notes)
		}
		if got := r.missing(r.bind(all)); !slices.Equal(got, []string{"zoe Zoe"}) {
			t.Errorf("missing are %q", got)
		}
	}
}

// A learner who hands in again has another file name on Canvas, and in Moodle without
// folders; the roster and grades.toml still mean them. Nothing is guessed: an entry
// that means two, or one of two that mean the same, means none.
func TestBind(t *testing.T) {
	var all []*Submission
	for _, name := range []string{"lovelaceada_LATE_12_900_work-1", "hashbob_13_501_work_12", "Ada Lovelace_21_assignsubmission_file_b",
		"Jan Nov\u00e1k_22_assignsubmission_file_a", "Jan Nov\u00e1k_23_assignsubmission_file_a", "Tim_24_assignsubmission_file_a", "Tim_24_assignsubmission_file_b",
		"Zo\u00eb OBrien_25_assignsubmission_file", "Kim_26_assignsubmission_file", "13"} {
		all = append(all, &Submission{Name: name})
	}
	got := bind([]string{"lovelaceada_12_501_work", "13", "Ada Lovelace_21_assignsubmission_file_a", "Jan Nov\u00e1k", "22", "Tim_24_assignsubmission_file_c",
		"Zo\u00eb O'Brien", "26", "Kim", "900", "Nobody_12_assignsubmission_file"}, all)
	want := map[string]string{
		"lovelaceada_LATE_12_900_work-1": "lovelaceada_12_501_work",
		"13":                             "13",
		"Ada Lovelace_21_assignsubmission_file_b":   "Ada Lovelace_21_assignsubmission_file_a",
		"Jan Nov\u00e1k_22_assignsubmission_file_a": "22",
		"Zo\u00eb OBrien_25_assignsubmission_file":  "Zo\u00eb O'Brien",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
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
