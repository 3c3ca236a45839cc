package crawl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"nodebook/lessons/lesson2/version"
)

// Ask asks one peer for its version. It returns soon after ctx ends.
// [Caller.GetVersion] is one. Many goroutines may call an Ask at the same time.
type Ask func(ctx context.Context, address string) (version.Version, error)

// Result is the outcome of asking one peer.
type Result struct {
	Address    string
	Version    version.Version // the zero Version if Err is not nil
	Err        error
	Start, End time.Time // of the asking
}

// String returns the result as a line of text, without a newline:
//
//	127.9.1.4:18444  /Satoshi:29.0.0/
//	127.9.1.5:18444  failed: dial: connection refused
//
// What a stranger chose is shown by [Printable].
func (r Result) String() string {
	if r.Err != nil {
		return fmt.Sprintf("%s  failed: %s", Printable(r.Address), Printable(r.Err.Error()))
	}
	return fmt.Sprintf("%s  %s", Printable(r.Address), Printable(r.Version.UserAgent))
}

// Printable returns text from a stranger as a terminal or a picture can show
// it: unchanged if all of it can be printed, and otherwise as a Go string
// literal, so that it neither starts a line nor moves the cursor.
func Printable(s string) string {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// resultJSON is a Result as JSON has it: an error is its text.
type resultJSON struct {
	Address string           `json:"address"`
	Version *version.Version `json:"version,omitempty"`
	Error   string           `json:"error,omitempty"`
	Start   time.Time        `json:"start"`
	End     time.Time        `json:"end"`
}

// MarshalJSON implements json.Marshaler. A version whose time JSON cannot hold,
// because its year has more than four digits, becomes an error that says so: a
// peer may send any number, and it must not cost more than its own result.
func (r Result) MarshalJSON() ([]byte, error) {
	j := resultJSON{Address: r.Address, Start: r.Start, End: r.End}
	_, err := r.Version.Timestamp.MarshalJSON()
	switch {
	case r.Err != nil:
		j.Error = r.Err.Error()
	case err != nil:
		j.Error = fmt.Sprintf("version: its time is %d seconds after 1970, which JSON cannot hold", r.Version.Timestamp.Unix())
	default:
		j.Version = &r.Version
	}
	return json.Marshal(j)
}

// UnmarshalJSON implements json.Unmarshaler. Of an error, only its text is
// left.
func (r *Result) UnmarshalJSON(b []byte) error {
	var j resultJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*r = Result{Address: j.Address, Start: j.Start, End: j.End}
	if j.Error != "" {
		r.Err = errors.New(j.Error)
	} else if j.Version != nil {
		r.Version = *j.Version
	}
	return nil
}

// Collect reads a channel of results until it is closed.
func Collect(results <-chan Result) []Result {
	var all []Result
	for r := range results {
		all = append(all, r)
	}
	return all
}
