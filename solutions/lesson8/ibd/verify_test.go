package ibd_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/ibd"
)

// counted counts the runs of jobs, whose number is their Index.
type counted struct {
	mu        sync.Mutex
	runs      []int
	now, most int
}

func (c *counted) begin(i int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.runs[i]++
	c.now++
	c.most = max(c.most, c.now)
}

func (c *counted) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now--
}

func jobs(n int) []block.Spend {
	list := make([]block.Spend, n)
	for i := range list {
		list[i].Index = i
	}
	return list
}

func TestVerifyAll(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct{ n, workers int }{{40, 4}, {d.Between(1, 60), d.Between(1, 9)}, {3, 8}, {5, 0}, {0, 2}} {
		tried := fmt.Sprintf("VerifyAll(jobs, %d, run) of %d jobs that take a second", tt.workers, tt.n)
		bubble.Test(t, tried, func(t *testing.T) {
			try := expect.Tried(t, "%s", tried)
			c := counted{runs: make([]int, tt.n)}
			start := time.Now()
			i, err := ibd.VerifyAll(jobs(tt.n), tt.workers, func(s block.Spend) error {
				c.begin(s.Index)
				defer c.end()
				<-time.After(time.Second)
				return nil
			})
			try.NoError(err)
			try.Equal("index", i, -1)
			try.Why("the caller uses the coins once VerifyAll has returned: no check may be missing or still run")
			try.Equal("jobs that are running when it returns", c.now, 0)
			for i, n := range c.runs {
				try.Equal(fmt.Sprintf("runs of job %d", i), n, 1)
			}
			workers := max(1, tt.workers)
			try.Why("as many at the same time as there are workers: fewer waste cores, more waste memory")
			try.Equal("jobs at the same time", c.most, min(workers, tt.n))
			try.Equal("seconds", int(time.Since(start)/time.Second), (tt.n+workers-1)/workers)
		})
	}
}

// Jobs that take longer than others.
func TestVerifyAll_order(t *testing.T) {
	d := draw.From(t)
	n, workers := d.Between(60, 90), d.Between(2, 5)
	slow := d.IntN(workers)
	tried := fmt.Sprintf("VerifyAll(jobs, %d, run) of %d jobs that take a second, but job %d takes a minute", workers, n, slow)
	bubble.Test(t, tried, func(t *testing.T) {
		try := expect.Tried(t, "%s", tried)
		var mu sync.Mutex
		started, late := 0, ""
		_, err := ibd.VerifyAll(jobs(n), workers, func(s block.Spend) error {
			mu.Lock()
			if late == "" && s.Index >= started+workers { // with all others about to start
				late = fmt.Sprintf("job %d was started when %d of those before it had been", s.Index, started)
			}
			started++
			mu.Unlock()
			<-time.After(time.Second)
			if s.Index == slow {
				<-time.After(time.Minute)
			}
			return nil
		})
		try.NoError(err)
		try.Why("a worker that is free takes the next job. If the jobs are dealt out before, those of a slow worker wait, and others are started before them")
		try.True(late == "", late, fmt.Sprintf("jobs are started in their order: at most %d of those before it wait", workers-1))
	})
}

// With one worker it is certain which job is the next.
func TestVerifyAll_one(t *testing.T) {
	d := draw.From(t)
	n := d.Between(5, 20)
	bad := d.IntN(n - 1)
	tried := fmt.Sprintf("VerifyAll(jobs, 1, run) of %d jobs, where job %d is bad", n, bad)
	bubble.Test(t, tried, func(t *testing.T) {
		try := expect.Tried(t, "%s", tried)
		var started []int
		errOne := errors.New("bad")
		i, err := ibd.VerifyAll(jobs(n), 1, func(s block.Spend) error {
			started = append(started, s.Index)
			<-time.After(time.Second)
			if s.Index == bad {
				return errOne
			}
			return nil
		})
		try.ErrorIs(err, errOne, "that of the bad job")
		try.Equal("index", i, bad)
		want := []int{}
		for i := range bad + 1 {
			want = append(want, i)
		}
		try.Why("once a job has failed, no other is started: look again whether one has failed just before you start a job, and not when you hand it out")
		try.Shows("jobs that were started", expect.List(started), expect.List(want))
	})
}

func TestVerifyAll_bad(t *testing.T) {
	d := draw.From(t)
	for range 4 {
		n, workers := d.Between(30, 60), d.Between(2, 6)
		low := d.Between(0, n-20)
		high := low + d.Between(1, workers-1)
		tried := fmt.Sprintf("VerifyAll(jobs, %d, run), where jobs %d and %d are bad, and %d fails first", workers, low, high, high)
		bubble.Test(t, tried, func(t *testing.T) {
			try := expect.Tried(t, "%s", tried)
			c := counted{runs: make([]int, n)}
			errs := map[int]error{low: errors.New("the low one"), high: errors.New("the high one")}
			// All take a second, but the low one takes a little longer.
			i, err := ibd.VerifyAll(jobs(n), workers, func(s block.Spend) error {
				c.begin(s.Index)
				defer c.end()
				<-time.After(time.Second)
				if s.Index == low {
					<-time.After(time.Millisecond)
				}
				return errs[s.Index]
			})
			try.Why("jobs start in their order, so a lower one that is bad is running already: wait for it")
			try.Equal("index", i, low)
			try.ErrorIs(err, errs[low], "that of the lower one")
			try.Equal("jobs that are running when it returns", c.now, 0)
			for i := range low + 1 {
				try.Equal(fmt.Sprintf("runs of job %d", i), c.runs[i], 1)
			}
			started := 0
			for i := high + 1; i < n; i++ {
				started += c.runs[i]
			}
			try.Why("after one has failed, the others cost time and change nothing")
			try.True(started <= 2*workers, fmt.Sprintf("%d jobs after the bad ones were started", started), fmt.Sprintf("at most %d", 2*workers))
		})
	}
}
