package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

type safe struct {
	sync.Mutex
	m map[string]int
}

func (s *safe) inc(k string) {
	s.Lock()
	defer s.Unlock()
	s.m[k]++
}

func produce(ctx context.Context, n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			select {
			case out <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func pool(n int, jobs []int, f func(int) int) []int {
	results := make([]int, len(jobs))
	ch := make(chan int)
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for i := range ch {
				results[i] = f(jobs[i])
			}
		})
	}
	for i := range jobs {
		ch <- i
	}
	close(ch)
	wg.Wait()
	return results
}

func merge(cs ...<-chan int) <-chan int {
	out := make(chan int)
	var wg sync.WaitGroup
	for _, c := range cs {
		wg.Add(1)
		go func(c <-chan int) {
			defer wg.Done()
			for v := range c {
				out <- v
			}
		}(c)
	}
	go func() { wg.Wait(); close(out) }()
	return out
}

func main() {
	s := safe{m: map[string]int{}}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() { s.inc(fmt.Sprint(i % 2)) })
	}
	wg.Wait()
	fmt.Println(s.m)
	ctx, cancel := context.WithCancel(context.Background())
	sum := 0
	for v := range produce(ctx, 10) {
		sum += v
	}
	fmt.Println(sum)
	c := produce(ctx, 1000)
	fmt.Println(<-c, <-c)
	cancel()
	fmt.Println(pool(3, []int{1, 2, 3, 4}, func(i int) int { return i * i }))
	total := 0
	for v := range merge(produce(context.Background(), 4), produce(context.Background(), 5)) {
		total += v
	}
	fmt.Println(total)
	var n atomic.Int64
	var once sync.Once
	for range 10 {
		wg.Go(func() { n.Add(2); once.Do(func() { n.Add(100) }) })
	}
	wg.Wait()
	fmt.Println(n.Load())
	tctx, stop := context.WithTimeout(context.Background(), time.Millisecond)
	defer stop()
	<-tctx.Done()
	fmt.Println(tctx.Err(), errors.Is(tctx.Err(), context.DeadlineExceeded))
	done := make(chan struct{})
	ch := make(chan string, 2)
	go func() {
		defer close(done)
		for m := range ch {
			fmt.Println("got", m)
		}
	}()
	ch <- "a"
	ch <- "b"
	close(ch)
	<-done
	v, ok := <-ch
	fmt.Printf("%q %v\n", v, ok)
	select {
	case x := <-make(chan int):
		fmt.Println(x)
	default:
		fmt.Println("nothing")
	}
	timeout := time.After(time.Millisecond)
	var never chan int
	select {
	case <-never:
	case <-timeout:
		fmt.Println("timeout")
	}
	lazy := sync.OnceValue(func() int { fmt.Println("computed"); return 42 })
	fmt.Println(lazy(), lazy())
	both := sync.OnceValues(func() (string, error) { fmt.Println("computed"); return "x", errors.New("e") })
	fmt.Println(both())
	fmt.Println(both())
	var rw sync.RWMutex
	rw.RLock()
	fmt.Println(rw.TryLock())
	rw.RUnlock()
	cond := sync.NewCond(&sync.Mutex{})
	ready := false
	go func() { cond.L.Lock(); ready = true; cond.L.Unlock(); cond.Broadcast() }()
	cond.L.Lock()
	for !ready {
		cond.Wait()
	}
	cond.L.Unlock()
	fmt.Println("ready")
	results := make(chan error, 3)
	for i := range 3 {
		go func() {
			defer func() {
				if r := recover(); r != nil {
					results <- fmt.Errorf("worker: %v", r)
				}
			}()
			if i == 1 {
				panic("boom")
			}
			results <- nil
		}()
	}
	failed := 0
	for range 3 {
		if err := <-results; err != nil {
			failed++
			fmt.Println(err)
		}
	}
	fmt.Println(failed)
}
