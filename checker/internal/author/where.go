package author

import (
	"context"
	"errors"
	"fmt"

	"nodebook/checker/internal/outside"
)

// Where says of each lesson's exercises which are judged from outside, and of the
// others why they are not.
func (r *Repo) Where(ctx context.Context) (lines []string, err error) {
	lessons, err := r.Lessons()
	if err != nil {
		return nil, err
	}
	for _, l := range lessons {
		plans, errs := (&outside.Engine{Book: r.Book}).Plans(ctx, r.Root, l, l.Packages)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		n := 0
		var inside []string
		for _, e := range l.Exercises {
			ok, why := outside.Where(e, plans)
			if ok {
				n++
				continue
			}
			if err := errs[e.Package]; err != nil {
				why = err.Error()
			}
			if errors.Is(errs[e.Package], outside.ErrGenerated) {
				return nil, errs[e.Package]
			}
			inside = append(inside, fmt.Sprintf("%s: %s is judged inside: %s", l.Name, e.Name, why))
		}
		lines = append(lines, fmt.Sprintf("%s: %d of %d exercises are judged from outside", l.Name, n, len(l.Exercises)))
		lines = append(lines, inside...)
	}
	return lines, nil
}
