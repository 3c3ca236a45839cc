package crawl_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson4/crawl"
)

// What a worker process may do to whoever asks it.
func TestProcesses_ask(t *testing.T) {
	what := map[string]string{
		"dies": "dies", "half": "dies in the middle of its answer", "babbles": "answers something that is not JSON", "mistakes": "answers for another address",
	}
	for _, kind := range []string{"dies", "half", "babbles", "mistakes"} {
		t.Run(kind, func(t *testing.T) {
			w := &workers{kind: kind}
			worker, err := crawl.StartWorker(w.command())
			expect.Broken(t, err)
			defer worker.Close()
			defer time.AfterFunc(patience, worker.Kill).Stop()
			for i, address := range []string{"127.1.1.1:8332", "127.1.1.1:8333", "127.1.1.1:8334"} {
				try := expect.Tried(t, "w.Ask(ctx, address), for the third time, of a process that %s then", what[kind])
				if i < 2 {
					try = expect.Tried(t, "w.Ask(ctx, %q), of a process that answers", address)
				}
				r, err := worker.Ask(t.Context(), address)
				if i == 2 {
					try.Why("a worker that failed is replaced, and a peer that failed is not asked again: the error says which it was")
					try.ErrorIs(err, crawl.ErrWorker, "ErrWorker")
					continue
				}
				try.Why("the worker has answered: that the peer failed is in the Result, and is not an error of Ask")
				try.NoError(err)
				try.Equal("Result.Address", r.Address, address)
				if strings.HasSuffix(address, "3") {
					try.True(r.Err != nil && strings.Contains(r.Err.Error(), errFake.Error()), "Result.Err = "+expect.Error(r.Err), fmt.Sprintf("the text of the peer's error, %q", errFake))
				}
			}
		})
	}
}

func TestProcesses_askCancelled(t *testing.T) {
	w := &workers{kind: "hangs"}
	cmd := w.command()
	worker, err := crawl.StartWorker(cmd)
	expect.Broken(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	time.AfterFunc(100*time.Millisecond, cancel)
	defer time.AfterFunc(patience, worker.Kill).Stop()
	_, err = worker.Ask(ctx, "127.0.0.1:8333")
	worker.Close()
	try := expect.Tried(t, "w.Ask(ctx, address) of a process that hangs, and ctx is cancelled")
	try.Why("a worker that was killed because ctx ended has not failed: the error is ctx's")
	try.ErrorIs(err, context.Canceled, "context.Canceled")
	try.NotErrorIs(err, crawl.ErrWorker, "ErrWorker")
	try.Why("a worker process knows nothing of ctx: Ask kills it when ctx ends")
	try.True(cmd.ProcessState.ExitCode() != byItself, "the process hung until it gave up by itself", "the process is killed when ctx ends")
}

func TestProcesses_askCancelledLater(t *testing.T) {
	w := &workers{kind: "good"}
	worker, err := crawl.StartWorker(w.command())
	expect.Broken(t, err)
	defer worker.Close()
	defer time.AfterFunc(patience, worker.Kill).Stop()
	for range 20 { // what ends a process may take a moment
		ctx, cancel := context.WithCancel(t.Context())
		_, err = worker.Ask(ctx, "127.0.0.1:8332")
		cancel()
		if err != nil {
			break
		}
	}
	try := expect.Tried(t, "w.Ask(ctx, address), again and again, each time with another ctx, which is cancelled after the answer")
	try.Why("context.AfterFunc waits for the end of ctx until its stop function is called: after the answer, the end of ctx must not kill a process that somebody else may be using")
	try.NoError(err)
}

// Two workers that fail at an address are one less than MaxDeaths.
func TestProcesses_thirdTime(t *testing.T) {
	for _, first := range [][]string{{"absent", "absent"}, {"mortal", "mortal"}, {"absent", "mortal"}} {
		t.Run(strings.Join(first, ", "), func(t *testing.T) {
			defer noneLeft(t, "Processes(ctx, command, addresses, n)")()
			list := addresses(draw.From(t), 3)
			w := &workers{kind: "good", first: first}
			why := map[string]string{"absent": "cannot be started", "mortal": "dies at once"}
			try := expect.Tried(t, "Processes(ctx, command, addresses, 1), where the first worker %s, the second %s, and the third is well", why[first[0]], why[first[1]])
			patient := fmt.Sprintf("an address is given up when it has cost MaxDeaths = %d workers, and not before; one that cannot be started counts as one that dies", crawl.MaxDeaths)
			answered(try, patient, list, processes(t.Context(), try, w, list, 1), nil)
			w.ended(try)
		})
	}
}

func TestProcesses_oddNumbers(t *testing.T) {
	for _, tt := range []struct{ n, peers, most int }{{0, 2, 1}, {-3, 2, 1}, {9, 2, 2}, {3, 0, 0}} {
		t.Run(fmt.Sprint(tt.n), func(t *testing.T) {
			list := addresses(draw.From(t), tt.peers)
			w := &workers{kind: "good"}
			try := expect.Tried(t, "Processes(ctx, command, addresses, %d) of %d addresses", tt.n, tt.peers)
			why := "an n below 1 counts as 1, and more processes than addresses would have nothing to do"
			answered(try, why, list, processes(t.Context(), try, w, list, tt.n), nil)
			try.Why("%s", why)
			w.atMost(try, tt.most)
		})
	}
}

// Workers that wait for each other show that there are so many at a time.
func TestProcesses_together(t *testing.T) {
	const n = 3
	meeting, err := net.Listen("tcp", "127.0.0.1:0")
	expect.Broken(t, err)
	defer meeting.Close()
	met := make(chan int, 1)
	go func() {
		conns := 0
		for {
			conn, err := meeting.Accept()
			if err != nil {
				met <- conns
				return
			}
			defer conn.Close()
			if conns++; conns == n {
				meeting.Close()
			}
		}
	}()
	alone := time.AfterFunc(patience/2, func() { meeting.Close() }) // for code that never has so many
	defer alone.Stop()
	list := addresses(draw.From(t), n)
	w := &workers{kind: "meets", meeting: meeting.Addr().String()}
	try := expect.Tried(t, "Processes(ctx, command, addresses, %d), with workers that answer when %d of them are there", n, n)
	results := processes(t.Context(), try, w, list, n)
	meeting.Close()
	try.Why("n processes ask at the same time, each for one peer")
	try.Equal("workers at a time", <-met, n)
	answered(try, "a worker that waits for the others answers when they are there", list, results, nil)
}
