package main

import "fmt"

func grade(n int) string {
	switch {
	case n >= 90:
		return "A"
	case n >= 80:
		return "B"
	default:
		return "C"
	}
}

func primes(n int) (out []int) {
next:
	for i := 2; i < n; i++ {
		for j := 2; j*j <= i; j++ {
			if i%j == 0 {
				continue next
			}
		}
		out = append(out, i)
	}
	return
}

func collatz(n int) (steps int) {
	for n != 1 {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
		steps++
	}
	return
}

func main() {
	for i := range 3 {
		fmt.Print(i)
	}
	for range 2 {
		fmt.Print("x")
	}
	var n8 int8 = 3
	for i := range n8 {
		fmt.Printf("%T", i)
	}
	const c = 2
	for i := range c {
		fmt.Print(i)
	}
	fmt.Println()
	n := 3
	for i := range n {
		n = 10
		i += 5
		fmt.Print(i)
	}
	fmt.Println()
	fmt.Println(grade(95), grade(85), grade(5), primes(30), collatz(27))
	switch x := 2; x {
	case 1, 2:
		fmt.Print("one or two ")
		fallthrough
	case 3:
		fmt.Print("three ")
	case 4:
		fmt.Print("four")
	}
	switch f := func() int { return 7 }; f() {
	default:
		fmt.Println("default")
	case 1:
	}
found:
	for i := 0; ; i++ {
		switch {
		case i == 2:
			continue
		case i == 5:
			break found
		}
		fmt.Print(i, " ")
	}
	fmt.Println()
	for i, j := 0, 10; i < j; i, j = i+1, j-2 {
		fmt.Print(i, j, " ")
	}
	fmt.Println()
	s := []int{1, 2, 3}
	for i, v := range s {
		s = append(s, v*10)
		s[i] = 0
	}
	fmt.Println(s)
	m := map[int]bool{1: true, 2: true, 3: true}
	for k := range m {
		delete(m, k)
	}
	fmt.Println(len(m))
	for i, r := range "aé\xff日" {
		fmt.Print(i, ":", r, " ")
	}
	fmt.Println()
	clear(s)
	m[5] = true
	clear(m)
	fmt.Println(s, m, min(3, 1, 2), max(2.5, 1), min("b", "a"))
	var x, y = 1, 2
	x, y = y, x
	x, y = y+1, x+1
	fmt.Println(x, y)
	arr := [5]int{2: 20, 4: 40}
	fmt.Println(arr, len(arr), [...]string{3: "d"})
	sl := arr[1:3:4]
	fmt.Println(sl, len(sl), cap(sl))
	sl = append(sl, 99)
	fmt.Println(arr)
	sl = append(sl, 100)
	sl[0] = -1
	fmt.Println(arr, sl)
	var nilSlice []int
	nilSlice = append(nilSlice, sl...)
	fmt.Println(nilSlice, copy(sl, []int{7, 8}), sl, nilSlice == nil)
	arr2 := [2]int(sl)
	pa := (*[2]int)(sl)
	pa[0] = 1
	fmt.Println(arr2, sl)
	if v, ok := m[1]; !ok {
		fmt.Println(v, ok)
	} else if v {
		fmt.Println("no")
	}
}
