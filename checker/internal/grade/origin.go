package grade

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"nodebook/checker/internal/lazyregexp"
)

// Origin is what the name of a platform's download says about its learner.
type Origin struct {
	Platform string // Moodle, Canvas, or empty: the name is of no known form
	Number   string // Moodle's participant, another one in each assignment; Canvas's user
	Name     string // Moodle's full name
	Late     bool   // Canvas's LATE
}

const (
	Moodle = "moodle"
	Canvas = "canvas"
)

var (
	// "Ada Lovelace_1234_assignsubmission_file", and with the file's name after it.
	fromMoodle = lazyregexp.New(`^([^_]+)_([0-9]+)_assignsubmission_`)
	// "lovelaceada_1234_5678_work" and "lovelaceada_LATE_1234_5678_work-1": only the
	// file's own name, which the learner chose, may follow.
	fromCanvas = lazyregexp.New(`^[^_]+_(LATE_)?([0-9]+)_[0-9]+_`)
)

// OriginOf reads the name of a submission.
func OriginOf(submission string) Origin {
	if m := fromMoodle().FindStringSubmatch(submission); m != nil {
		return Origin{Platform: Moodle, Number: m[2], Name: m[1]}
	}
	if m := fromCanvas().FindStringSubmatch(submission); m != nil {
		return Origin{Platform: Canvas, Number: m[2], Late: m[1] != ""}
	}
	return Origin{}
}

// Has reports whether a submission has a platform's number in its name, in its
// place. In a name of no known form, it may be any part between underscores.
func (o Origin) Has(submission, platform, number string) bool {
	if o.Platform == "" {
		return slices.Contains(strings.Split(submission, "_"), number)
	}
	return o.Platform == platform && o.Number == number
}

// Key is what the names of a learner's submissions have in common from one
// assignment to the next; empty if nothing.
func (o Origin) Key() string {
	switch o.Platform {
	case Canvas:
		return Canvas + " " + o.Number
	case Moodle:
		return Moodle + " " + Plain(o.Name)
	}
	return ""
}

// Plain is a full name as two are compared: composed, in one case, and without what
// Moodle leaves out of a file's name.
func Plain(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '_':
			return ' '
		case strings.ContainsRune("&<>\"`|':\\/", r):
			return -1
		}
		return r
	}, name)
	return strings.ToLower(norm.NFC.String(strings.Join(strings.Fields(name), " ")))
}

// bind finds the submission that each entry of a list means, and returns the entries
// by submission. An entry is a submission's name, or else the name that the
// platform gave to something else of the same learner (handed in again, a file has
// another name), the platform's number, or Moodle's full name. It has to mean one
// submission, and to be the only one that does.
func bind(entries []string, all []*Submission) map[string]string {
	out, left := map[string]string{}, map[string]bool{}
	for _, e := range entries {
		left[e] = true
	}
	by := map[string][]string{} // submissions without an entry
	for _, s := range all {
		name := norm.NFC.String(s.Name)
		if left[name] {
			delete(left, name)
			out[name] = name
			continue
		}
		for _, key := range keys(name) {
			by[key] = append(by[key], name)
		}
	}
	meant := map[string][]string{}
	for e := range left {
		key := e
		if o := OriginOf(e); o.Platform != "" {
			key = o.Platform + " " + o.Number
		} else if by[key] == nil {
			key = Plain(e)
		}
		if len(by[key]) == 1 {
			meant[by[key][0]] = append(meant[by[key][0]], e)
		}
	}
	for name, entries := range meant {
		if len(entries) == 1 {
			out[name] = entries[0]
		}
	}
	return out
}

// keys are what an entry may call a submission instead of by its name.
func keys(name string) []string {
	o := OriginOf(name)
	if o.Platform == "" {
		return nil
	}
	all := []string{o.Platform + " " + o.Number, o.Number}
	if o.Name != "" {
		all = append(all, Plain(o.Name))
	}
	return all
}
