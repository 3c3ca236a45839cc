package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Suites  []suite  `xml:"testsuite"`
}

type suite struct {
	Name     string  `xml:"name,attr"`
	Tests    int     `xml:"tests,attr"`
	Failures int     `xml:"failures,attr"`
	Errors   int     `xml:"errors,attr"`
	Time     string  `xml:"time,attr"`
	Cases    []tcase `xml:"testcase"`
}

type tcase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Time    string   `xml:"time,attr"`
	Failure *outcome `xml:"failure,omitempty"`
	Error   *outcome `xml:"error,omitempty"`
}

type outcome struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes l as JUnit XML: a suite a lesson, a case an exercise. An internal
// error, and what was not judged, is an <error>; everything else that is not a pass
// is a <failure>.
func JUnit(w io.Writer, l *Lesson) error {
	s := suite{Name: l.Lesson, Tests: l.Total, Time: fmt.Sprintf("%.3f", l.Seconds)}
	for _, e := range l.Exercises {
		c := tcase{Class: l.Lesson, Name: e.Name}
		var sum float64
		for _, t := range e.Tests {
			sum += t.Seconds
		}
		c.Time = fmt.Sprintf("%.3f", sum)
		switch e.Verdict {
		case Pass:
		case Internal, NotJudged:
			s.Errors++
			c.Error = &outcome{Message: string(e.Verdict), Text: xmlText(e.Message)}
		default:
			s.Failures++
			c.Failure = &outcome{Message: string(e.Verdict), Text: xmlText(e.Message)}
		}
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(suites{Suites: []suite{s}}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// xmlText drops what XML 1.0 cannot hold, such as escape characters.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return '�'
		}
		return r
	}, s)
}
