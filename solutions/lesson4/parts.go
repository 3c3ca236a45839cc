package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"nodebook/fixtures/unwritten"
)

// part is a part of the run.
type part struct {
	name, title string
	do          func(*session, context.Context) error // nil for what write does
	also        []any                                 // functions of this program that it needs besides
}

var parts = []part{
	{"pool", "asking with a pool", (*session).pool, nil},
	{"timeline", "", nil, []any{(*session).timeline}},
	{"profile", "where the time goes", (*session).profiles, nil},
	{"ways", "the ways compared", (*session).compare, []any{work}},
	{"search", "work for the processor", (*session).search, nil},
	{"gossip", "what peers tell of each other", (*session).gossip, nil},
}

func partNames(parts []part) string {
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	return strings.Join(names, ",")
}

// partsOf are the parts that -only names, in their own order; "" is all.
func partsOf(only string) ([]part, error) {
	if only == "" {
		return parts, nil
	}
	names := strings.Split(only, ",")
	for _, name := range names {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return nil, fmt.Errorf("-only: no part %q: want %s", name, partNames(parts))
		}
	}
	var chosen []part
	for _, p := range parts {
		if slices.Contains(names, p.name) {
			chosen = append(chosen, p)
		}
	}
	return chosen, nil
}

// has reports whether a part is to run.
func (o options) has(name string) bool {
	return slices.ContainsFunc(o.only, func(p part) bool { return p.name == name })
}

// needs are the functions of this program that the options ask for.
func (o options) needs() []any {
	needs := []any{o.opens()}
	if o.lines > 0 {
		return append(needs, (*session).print)
	}
	for _, p := range o.only {
		needs = append(needs, p.needs()...)
	}
	return needs
}

// opens is the function that finds the peers.
func (o options) opens() any {
	switch {
	case len(o.given) > 0:
		return (*peers).name
	case o.seeds:
		return (*peers).ask
	}
	return (*peers).list
}

func (p part) needs() []any {
	if p.do == nil {
		return p.also
	}
	return append([]any{p.do}, p.also...)
}

// suggest names the parts that can run already, if there are some.
func (o options) suggest(errs io.Writer) {
	if o.lines > 0 || len(unwritten.Missing(o.opens())) > 0 {
		return
	}
	var can []part
	for _, p := range o.only {
		if len(unwritten.Missing(p.needs()...)) == 0 {
			can = append(can, p)
		}
	}
	if len(can) > 0 {
		fmt.Fprintf(errs, "hint: -only %s runs what is written\n", partNames(can))
	}
}

// parts does one part after another.
func (s *session) parts(ctx context.Context) error {
	for _, p := range s.only {
		if p.do == nil {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Fprintf(s.out, "\n== %s\n", p.title)
		if err := p.do(s, ctx); err != nil {
			return err
		}
	}
	return nil
}
