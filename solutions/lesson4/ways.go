package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"text/tabwriter"
	"time"

	"nodebook/fixtures/networks"
	"nodebook/solutions/lesson4/crawl"
)

const (
	workerVariable = "NODEBOOK_LESSON4_WORKER" // holds the time limit of a worker process
	fewWorkers     = 8                         // of the pool and of the processes that are compared
)

// workerMain is the main function of a worker process. In any other process it
// does nothing.
func workerMain() {
	text, ok := os.LookupEnv(workerVariable)
	if !ok {
		return
	}
	if err := work(text); err != nil {
		fmt.Fprintln(os.Stderr, "lesson4 worker:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// work does the work of a worker process, with that much time for each peer.
func work(limit string) error {
	s := session{peers: &peers{dialer: dialerFor(os.Getenv(workerVariable+"_LIVE") != "")}}
	var err error
	if s.limit, err = time.ParseDuration(limit); err != nil {
		return err
	}
	if s.network, err = networks.Find(os.Getenv(workerVariable + "_NETWORK")); err != nil {
		return err
	}
	return crawl.Work(context.Background(), os.Stdin, os.Stdout, s.caller().GetVersion)
}

// workerCommand is the running program again, as a worker.
func (s *session) workerCommand() *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), workerVariable+"="+s.limit.String(), workerVariable+"_NETWORK="+s.network.Name)
	if s.peers.anywhere {
		cmd.Env = append(cmd.Env, workerVariable+"_LIVE=1")
	}
	cmd.Stderr = os.Stderr
	return cmd
}

// compare has each way ask the same sample of peers.
func (s *session) compare(ctx context.Context) error {
	ask := crawl.Ask(s.caller().GetVersion)
	ways := []crawl.Way{
		{Name: "one after another", Ask: func(ctx context.Context, a []string) []crawl.Result { return crawl.GetVersions(ctx, ask, a) }},
		{Name: fmt.Sprintf("pool of %d", fewWorkers), Ask: func(ctx context.Context, a []string) []crawl.Result {
			return crawl.Collect(crawl.Pool(ctx, ask, a, fewWorkers))
		}},
		{Name: fmt.Sprintf("%d processes", fewWorkers), Ask: func(ctx context.Context, a []string) []crawl.Result {
			return crawl.Processes(ctx, s.workerCommand, a, fewWorkers)
		}},
		{Name: "goroutines", Ask: func(ctx context.Context, a []string) []crawl.Result { return crawl.Goroutines(ctx, ask, a) }},
	}
	sample := s.draw()
	fmt.Fprintf(s.out, "on %d peers:\n", len(sample))
	s.report.Ways = crawl.Compare(ctx, ways, sample)
	return crawl.Table(s.out, s.report.Ways)
}

// draw draws a sample of the addresses, the same for a seed.
func (s *session) draw() []string {
	r := rand.New(rand.NewPCG(s.seed, 4))
	sample := make([]string, 0, s.sample)
	for _, i := range r.Perm(len(s.peers.addresses))[:min(s.sample, len(s.peers.addresses))] {
		sample = append(sample, s.peers.addresses[i])
	}
	return sample
}

// profiles measures where the time of a sample of peers goes.
func (s *session) profiles(ctx context.Context) error {
	t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "peer\tdial\tsend\twait\t")
	var all crawl.Spent
	for _, address := range s.draw()[:min(6, s.sample, len(s.peers.addresses))] {
		_, spent, err := s.caller().Profile(ctx, address)
		note := ""
		if err != nil {
			note = cause(err)
		}
		fmt.Fprintf(t, "%s\t%v\t%v\t%v\t  %s\n", address, round(spent.Dial), round(spent.Send), round(spent.Wait), note)
		all.Dial, all.Send, all.Wait = all.Dial+spent.Dial, all.Send+spent.Send, all.Wait+spent.Wait
	}
	sum := float64(max(all.Dial+all.Send+all.Wait, 1))
	share := func(d time.Duration) string { return fmt.Sprintf("%.2f%%", 100*float64(d)/sum) }
	fmt.Fprintf(t, "of all\t%s\t%s\t%s\t\n", share(all.Dial), share(all.Send), share(all.Wait))
	return t.Flush()
}

func round(d time.Duration) time.Duration {
	if d > 10*time.Millisecond {
		return d.Round(time.Millisecond)
	}
	return d.Round(time.Microsecond)
}

// search shows that more workers than cores do not help who has work to do.
func (s *session) search(ctx context.Context) error {
	good := crawl.ZeroBits([]byte("nodebook, lesson 4"), s.bits)
	fmt.Fprintf(s.out, "a hash that begins with %d zero bits, on %d cores:\n", s.bits, runtime.GOMAXPROCS(0))
	t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "workers\tnonce\ttook\tratio\t")
	var one time.Duration
	for _, n := range []int{1, 2, 4, 1000} {
		start := time.Now()
		nonce, err := crawl.Search(ctx, good, n)
		if err != nil {
			return err
		}
		took := time.Since(start)
		if n == 1 {
			one = took
		}
		fmt.Fprintf(t, "%d\t%d\t%v\t%.1fx\t\n", n, nonce, took.Round(time.Millisecond), float64(one)/float64(max(took, 1)))
	}
	return t.Flush()
}
