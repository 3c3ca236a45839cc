package main

import "fmt"

func counter() (func() int, func()) {
	n := 0
	return func() int { n++; return n }, func() { n = 0 }
}

func fib() func() int {
	a, b := 0, 1
	return func() int {
		r := a
		a, b = b, a+b
		return r
	}
}

type op func(int, int) int

func (o op) twice(a, b int) int { return o(o(a, b), b) }

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func main() {
	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i += 10; return i })
	}
	for _, f := range fs {
		fmt.Print(f(), " ", f(), " ")
	}
	fmt.Println()
	for i := 0; i < 6; i++ {
		inc := func() { i++ }
		inc()
		fmt.Print(i, " ")
	}
	fmt.Println()
	var ps []*int
	for i := range 3 {
		ps = append(ps, &i)
	}
	for _, x := range []string{"a", "b"} {
		defer func() { fmt.Println("deferred", x) }()
	}
	fmt.Println(*ps[0], *ps[1], *ps[2])
	next, reset := counter()
	next()
	next()
	fmt.Println(next())
	reset()
	fmt.Println(next())
	f := fib()
	for range 10 {
		fmt.Print(f(), " ")
	}
	fmt.Println()
	add := op(func(a, b int) int { return a + b })
	fmt.Println(add.twice(1, 2), compose(func(x int) int { return x + 1 }, func(x int) int { return x * 2 })(3))
	var fact func(int) int
	fact = func(n int) int {
		if n < 2 {
			return 1
		}
		return n * fact(n-1)
	}
	fmt.Println(fact(10))
	x := 1
	{
		x := x + 1
		x++
		fmt.Println(x)
	}
	if x := x * 10; x > 5 {
		fmt.Println(x)
	}
	fmt.Println(x)
	func(n int) { x = n }(7)
	fmt.Println(x)
	memo := map[int]int{}
	var slow func(int) int
	slow = func(n int) int {
		if v, ok := memo[n]; ok {
			return v
		}
		r := n
		if n > 1 {
			r = slow(n-1) + slow(n-2)
		}
		memo[n] = r
		return r
	}
	fmt.Println(slow(50))
}
