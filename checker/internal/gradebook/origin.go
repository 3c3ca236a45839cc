package gradebook

import (
	"slices"
	"strings"

	"nodebook/checker/internal/lazyregexp"
)

// origin is what the name of a platform's download says about its learner.
type origin struct {
	platform string // moodle, canvas, or empty: the name is of no known form
	number   string // Moodle's participant, another one in each assignment; Canvas's user
	name     string // Moodle's full name
}

const (
	moodle = "moodle"
	canvas = "canvas"
)

var (
	// "Ada Lovelace_1234_assignsubmission_file", and with the file's name after it.
	fromMoodle = lazyregexp.New(`^([^_]+)_([0-9]+)_assignsubmission_`)
	// "lovelaceada_1234_5678_work" and "lovelaceada_LATE_1234_5678_work-1": only the
	// file's own name, which the learner chose, may follow.
	fromCanvas = lazyregexp.New(`^[^_]+_(?:LATE_)?([0-9]+)_[0-9]+_`)
)

// originOf reads the name of a submission.
func originOf(submission string) origin {
	if m := fromMoodle().FindStringSubmatch(submission); m != nil {
		return origin{platform: moodle, number: m[2], name: m[1]}
	}
	if m := fromCanvas().FindStringSubmatch(submission); m != nil {
		return origin{platform: canvas, number: m[1]}
	}
	return origin{}
}

// has reports whether a submission has a platform's number in its name, in its
// place. In a name of no known form, it may be any part between underscores.
func (o origin) has(submission, platform, number string) bool {
	if o.platform == "" {
		return slices.Contains(strings.Split(submission, "_"), number)
	}
	return o.platform == platform && o.number == number
}

// key is what the names of a learner's submissions have in common from one
// assignment to the next; empty if nothing.
func (o origin) key() string {
	switch o.platform {
	case canvas:
		return canvas + " " + o.number
	case moodle:
		return moodle + " " + plain(o.name)
	}
	return ""
}

// plain is a full name without what Moodle leaves out of a file's name.
func plain(name string) string {
	return fold(strings.Map(func(r rune) rune {
		switch {
		case r == '_':
			return ' '
		case strings.ContainsRune("&<>\"`|':\\/", r):
			return -1
		}
		return r
	}, name))
}
