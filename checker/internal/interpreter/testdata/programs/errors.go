package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
)

var ErrMagic = errors.New("bad magic")

type lengthError struct{ got, most int }

func (e *lengthError) Error() string { return fmt.Sprintf("length %d, at most %d", e.got, e.most) }

type codeError int

func (c codeError) Error() string        { return "code " + strconv.Itoa(int(c)) }
func (c codeError) Is(target error) bool { return target == io.EOF && c == 0 }

type wrapped struct {
	op  string
	err error
}

func (w wrapped) Error() string { return w.op + ": " + w.err.Error() }
func (w wrapped) Unwrap() error { return w.err }

type several []error

func (s several) Error() string   { return strconv.Itoa(len(s)) + " errors" }
func (s several) Unwrap() []error { return s }

type gentle interface{ gentle() bool }

type slow struct{}

func (slow) gentle() bool { return true }

func read(n int) error {
	switch {
	case n > 100:
		return fmt.Errorf("header: %w", &lengthError{n, 100})
	case n == 50:
		return wrapped{"read", ErrMagic}
	case n < 0:
		return codeError(n)
	}
	return nil
}

// A nil pointer in an interface is not nil.
func trap() error {
	var e *lengthError
	return e
}

func main() {
	err := read(101)
	var le *lengthError
	fmt.Println(err, errors.As(err, &le), le.got, errors.Is(err, ErrMagic))
	if e, ok := errors.AsType[*lengthError](err); ok {
		fmt.Println("as type", e.most)
	}
	err = read(50)
	var w wrapped
	fmt.Println(err, errors.Is(err, ErrMagic), errors.As(err, &w), w.op, errors.Unwrap(err) == ErrMagic)
	err = read(-7)
	var c codeError
	fmt.Println(errors.As(fmt.Errorf("x: %w", err), &c), int(c), err == codeError(-7))
	fmt.Println(errors.Is(codeError(0), io.EOF), errors.Is(codeError(1), io.EOF))
	fmt.Println(read(0) == nil, trap() == nil)
	joined := errors.Join(ErrMagic, nil, &lengthError{1, 2})
	fmt.Println(errors.Is(joined, ErrMagic), errors.As(joined, &le), le.got)
	fmt.Printf("%v|%q\n", joined, joined.Error())
	two := fmt.Errorf("%w and %w", ErrMagic, io.EOF)
	fmt.Println(two, errors.Is(two, io.EOF), errors.Is(two, ErrMagic))
	all := fmt.Errorf("all: %w", several{io.EOF, &lengthError{3, 2}})
	fmt.Println(all, errors.Is(all, io.EOF), errors.Is(all, ErrMagic), errors.As(all, &le), le.got)
	t, ok := any(slow{}).(gentle)
	fmt.Println(ok, t.gentle())
	_, err = strconv.Atoi("x1")
	var ne *strconv.NumError
	fmt.Println(err, errors.As(err, &ne), ne.Func, errors.Is(err, strconv.ErrSyntax))
	_, err = os.Open("/no/such/file")
	var pe *fs.PathError
	fmt.Println(errors.Is(err, fs.ErrNotExist), errors.As(err, &pe), pe.Path)
	defer func() {
		r := recover()
		e, ok := r.(error)
		fmt.Println(r, ok, errors.Is(e, ErrMagic))
	}()
	panic(fmt.Errorf("fatal: %w", ErrMagic))
}
