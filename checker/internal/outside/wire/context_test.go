package wire

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type contextKey struct{}

// watched counts who looks.
type watched struct {
	context.Context
	looks int
}

func (w *watched) Done() <-chan struct{} { w.looks++; return w.Context.Done() }

// The child sees a context end: at the next answer it gets, and without one.
func TestContext_ends(t *testing.T) {
	l := start(t,
		func(ctx context.Context, during func()) (before, after error) {
			before = ctx.Err()
			during()
			return before, ctx.Err()
		},
		func(ctx context.Context, began func()) error {
			derived, cancel := context.WithTimeout(ctx, time.Hour)
			defer cancel()
			began()
			<-derived.Done()
			return derived.Err()
		},
		func(ctx context.Context) (bool, error) {
			at, ok := ctx.Deadline()
			return ok && at.Equal(time.Unix(7, 0)), ctx.Err()
		},
		func(ctx context.Context) context.Context { return ctx },
	)
	ctx, cancel := context.WithCancel(t.Context())
	during := func() { cancel() }
	var before, after error
	l.Call(0, []any{&ctx, &during}, []any{&before, &after})
	require.NoError(t, before)
	require.Equal(t, context.Canceled, after)

	ctx, cancel = context.WithCancel(t.Context())
	began := func() { go cancel() }
	require.Equal(t, context.Canceled, call[error](l, 1, &ctx, &began))

	ctx, cancel = context.WithDeadline(t.Context(), time.Unix(7, 0))
	defer cancel()
	var limited bool
	l.Call(2, []any{&ctx}, []any{&limited, &after})
	require.True(t, limited)
	require.Equal(t, context.DeadlineExceeded, after)

	require.Equal(t, ctx, call[context.Context](l, 3, &ctx))
	var none context.Context
	require.Nil(t, call[context.Context](l, 3, &none))
}

// A context that the child derives has the values of the test's, and ends with it,
// before the test asks, or not, as the child has made it.
func TestContext_derived(t *testing.T) {
	l := start(t,
		func(ctx context.Context, f func(context.Context) error) error {
			ctx, cancel := context.WithTimeout(ctx, time.Hour)
			defer cancel()
			return f(ctx)
		},
		func(ctx context.Context, f func(context.Context) error) error { return f(context.WithoutCancel(ctx)) },
		func(f func(context.Context) error) error { return f(context.Background()) },
		func(ctx context.Context, f func(context.Context) error) error {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Millisecond, cancel)
			return f(ctx)
		},
	)
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), contextKey{}, "ours"))
	defer cancel()
	f := func(c context.Context) error {
		require.Equal(t, "ours", c.Value(contextKey{}))
		_, limited := c.Deadline()
		require.True(t, limited)
		require.NoError(t, c.Err())
		below, done := context.WithCancel(c)
		defer done()
		cancel()
		require.Equal(t, context.Canceled, c.Err())
		require.Equal(t, context.Canceled, context.Cause(c))
		require.Equal(t, context.Canceled, below.Err())
		<-c.Done()
		return errFull
	}
	require.Equal(t, errFull, call[error](l, 0, &ctx, &f))
	f = func(c context.Context) error {
		require.Equal(t, "ours", c.Value(contextKey{}))
		require.NoError(t, c.Err())
		return nil
	}
	require.NoError(t, call[error](l, 1, &ctx, &f))
	f = func(c context.Context) error {
		require.Nil(t, c.Value(contextKey{}))
		require.NoError(t, c.Err())
		return nil
	}
	require.NoError(t, call[error](l, 2, &f))
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	f = func(c context.Context) error { <-c.Done(); return c.Err() }
	require.Equal(t, context.Canceled, call[error](l, 3, &ctx, &f))
}

// A test's context is asked when the child asks, and not before.
func TestContext_looks(t *testing.T) {
	l := start(t, func(ctx context.Context, look func() bool) int {
		n := 0
		for look() {
			ctx.Done()
			n++
		}
		return n
	})
	w := &watched{Context: t.Context()}
	ctx := context.Context(w)
	var looks []int
	look := func() bool { looks = append(looks, w.looks); return len(looks) < 3 }
	require.Equal(t, 2, call[int](l, 0, &ctx, &look))
	require.Zero(t, looks[0])
	require.Positive(t, looks[1])
}

// A test's own types are made again in the child by their shape.
func TestShapes(t *testing.T) {
	type inner struct {
		List []int `json:"list,omitempty"`
	}
	type outer struct {
		Name string
		In   *inner
		Map  map[string]inner
		Any  any
		At   [2]uint8
	}
	l := start(t, func(doc []byte, v any) error { return json.Unmarshal(doc, v) }, func(v any) string { b, _ := json.Marshal(v); return string(b) })
	doc := []byte(`{"Name": "n", "In": {"list": [1, 2]}, "Map": {"a": {"list": [3]}}, "Any": {"x": [null, 1.5, "s", true]}, "At": [4, 5]}`)
	var got, want outer
	var v any = &got
	require.NoError(t, json.Unmarshal(doc, &want))
	require.NoError(t, call[error](l, 0, &doc, &v))
	require.Equal(t, want, got)
	v = want
	b, _ := json.Marshal(want)
	require.Equal(t, string(b), call[string](l, 1, &v))
	var whatever any = "as it was"
	v = &whatever
	for _, doc := range []string{"null", "true", "7", `"s"`, "[]", "{}", `[{"a": [1]}]`} {
		b := []byte(doc)
		var want any
		require.NoError(t, json.Unmarshal(b, &want))
		require.NoError(t, call[error](l, 0, &b, &v))
		require.Equal(t, want, whatever)
	}
	syntax := []byte("{")
	require.Error(t, call[error](l, 0, &syntax, &v))
	require.False(t, errors.Is(call[error](l, 0, &syntax, &v), errFull))
}
