package main

import (
	"fmt"
	"strings"
)

type shape interface {
	area() float64
	fmt.Stringer
}

type rect struct{ w, h float64 }
type circle struct{ r float64 }
type square struct {
	rect
	label string
}

func (r rect) area() float64    { return r.w * r.h }
func (r rect) String() string   { return fmt.Sprintf("rect %gx%g", r.w, r.h) }
func (c *circle) area() float64 { return 3 * c.r * c.r }
func (c *circle) String() string {
	if c == nil {
		return "no circle"
	}
	return fmt.Sprintf("circle %g", c.r)
}
func (s square) String() string { return s.label + " " + s.rect.String() }
func (r *rect) scale(f float64) { r.w *= f; r.h *= f }

type weekday int

const (
	monday weekday = iota
	tuesday
	_
	thursday
)

func (d weekday) String() string { return [...]string{"Mo", "Tu", "We", "Th"}[d] }

type flags uint8

const (
	bold flags = 1 << iota
	italic
	under
)

type logger struct {
	strings.Builder
	prefix string
}

func (l *logger) log(s string) { l.WriteString(l.prefix + s + ";") }

type inner struct{ a, b int }
type outer struct {
	inner
	*circle
	b string
}

func describe(x any) string {
	switch x := x.(type) {
	case nil:
		return "nil"
	case int, int64:
		return fmt.Sprintf("integer %v", x)
	case []byte:
		return fmt.Sprintf("bytes %d", len(x))
	case weekday:
		return "day " + x.String()
	case shape:
		return "shape " + x.String()
	case error:
		return "error " + x.Error()
	case func() int:
		return fmt.Sprint("func ", x())
	case map[string]int:
		return fmt.Sprint("map ", len(x))
	case struct{ X int }:
		return fmt.Sprint("struct ", x.X)
	case *int:
		return fmt.Sprint("pointer ", *x)
	}
	return fmt.Sprintf("other %v", x)
}

func main() {
	shapes := []shape{rect{2, 3}, &circle{1}, square{rect{2, 2}, "sq"}}
	total := 0.0
	for _, s := range shapes {
		total += s.area()
		fmt.Println(s)
	}
	fmt.Println(total)
	n := 5
	for _, x := range []any{nil, 1, int64(2), []byte("ab"), tuesday, rect{1, 1}, fmt.Errorf("e"), func() int { return 4 }, map[string]int{}, struct{ X int }{9}, &n, 1.5, "s"} {
		fmt.Println(describe(x))
	}
	s := square{rect{1, 2}, "x"}
	s.scale(3)
	fmt.Println(s.w, s.h, s)
	fmt.Println(thursday, monday, fmt.Sprintf("%d %v %s", thursday, tuesday, monday))
	f := bold | under
	f &^= bold
	fmt.Println(f, f&under != 0, italic)
	l := &logger{prefix: "> "}
	l.log("a")
	l.log("b")
	fmt.Println(l.String(), l.Len())
	o := outer{inner{1, 2}, &circle{4}, "own"}
	fmt.Println(o.a, o.b, o.inner.b, o.area(), o.r)
	fmt.Printf("%v %+v\n", o.inner, o.inner)
	var c *circle
	fmt.Println(c.String(), c == nil)
	var st fmt.Stringer = c
	fmt.Println(st == nil)
	if sh, ok := st.(shape); ok {
		fmt.Println("a shape too", sh)
	}
	_, ok := any(rect{}).(interface{ scale(float64) })
	fmt.Println(ok)
	area := rect.area
	scale := (*rect).scale
	r := rect{2, 5}
	scale(&r, 2)
	bound := r.area
	r.w = 100
	fmt.Println(area(r), bound())
	fmt.Println(rect{1, 2} == rect{1, 2}, any(rect{1, 2}) == any(rect{1, 3}), [2]int{1, 2} == [2]int{1, 2})
	seen := map[rect]string{{1, 2}: "a"}
	fmt.Println(seen[rect{1, 2}], len(seen[rect{2, 1}]))
	keys := map[any]int{1: 1, "1": 2, monday: 3, int64(1): 4, [1]int{1}: 5}
	fmt.Println(keys[1], keys["1"], keys[monday], keys[weekday(0)], keys[0], keys[int64(1)], keys[[1]int{1}])
	a := [3]int{1, 2, 3}
	b := a
	b[0] = 9
	pa := &a
	pa[1] = 7
	fmt.Println(a, b, len(pa))
	for i, v := range a {
		a[2] = 50
		if i == 2 {
			fmt.Println(v)
		}
	}
	anon := []struct {
		name string
		n    int
	}{{"a", 1}, {"b", 2}}
	for _, x := range anon {
		x.n = 0
	}
	fmt.Println(anon)
}
