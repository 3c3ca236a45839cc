package main

import (
	"errors"
	"fmt"
	"os"
)

func named() (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
			n *= 2
		}
	}()
	n = 21
	var m map[string]int
	m["a"] = 1
	return 1, nil
}

func order() (s string) {
	for i := range 3 {
		defer func() { s += fmt.Sprint(i) }()
	}
	return "r"
}

func nested() {
	defer func() { fmt.Println("outer", recover()) }()
	defer func() {
		defer func() { fmt.Println("inner", recover()) }()
		panic("second")
	}()
	panic("first")
}

func again() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New(fmt.Sprint("again: ", r))
		}
	}()
	func() {
		defer func() {
			r := recover()
			panic(fmt.Sprint(r, "!"))
		}()
		panic("x")
	}()
	return nil
}

type file struct{ name string }

func (f *file) close() { fmt.Println("close", f.name) }

func args() {
	f := &file{"a"}
	defer f.close()
	f = &file{"b"}
	defer f.close()
	i := 1
	defer fmt.Println("i was", i)
	i = 2
}

func notDirect() (caught any) {
	defer func() {
		caught = recover()
	}()
	panic("p")
}

func must(i int, xs []int) (v int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = r.(error)
		}
	}()
	return xs[i], nil
}

func div(a, b int) (q int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return a / b, nil
}

func main() {
	fmt.Println(named())
	fmt.Println(order())
	nested()
	fmt.Println(again())
	args()
	fmt.Println(notDirect())
	fmt.Println(must(5, []int{1}))
	fmt.Println(must(-1+0, []int{1}))
	fmt.Println(div(1, 0))
	var p *file
	func() {
		defer func() { fmt.Println(recover()) }()
		fmt.Println(p.name)
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		var e any = "text"
		fmt.Println(e.(int))
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		a := []int{1, 2, 3}
		n := 5
		fmt.Println(a[1:n])
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		var c chan int
		close(c)
	}()
	defer fmt.Println("never: os.Exit runs no deferred call")
	os.Exit(3)
}
