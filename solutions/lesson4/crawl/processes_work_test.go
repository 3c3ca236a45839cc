package crawl_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson4/crawl"
)

const whyEndOfWork = "the end of in is how a parent says that there is no more work: it is not an error"

func TestProcesses_work(t *testing.T) {
	const tried = "Work(ctx, in, out, ask), with some addresses in in, one a line"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, d.Between(5, 9))
		a := &asked{fails: some(d, list)}
		var out bytes.Buffer
		try := expect.Tried(t, tried)
		err := crawl.Work(t.Context(), strings.NewReader(strings.Join(list, "\n")+"\n"), &out, a.ask)
		try.Why(whyEndOfWork).NoError(err)
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		try.Why("each address has an answer of one line, as the parent counts on").Equal("lines written", len(lines), len(list))
		for i, line := range lines {
			var r crawl.Result
			err := json.Unmarshal([]byte(line), &r)
			try.Why("parent and worker have no memory in common: a Result travels as JSON")
			try.True(err == nil, fmt.Sprintf("line %d: %q", i+1, line), "a Result as JSON, as json.Marshal makes it")
			try.Why("the answers come in the order of the addresses").Equal(fmt.Sprintf("address in line %d", i+1), r.Address, list[i])
			try.Why("a Result says what the peer said, or the error of asking it")
			if a.failing(list[i]) {
				try.True(r.Err != nil, fmt.Sprintf("line %d without an error", i+1), "the error's text")
			} else {
				try.Equal(fmt.Sprintf("nonce in line %d", i+1), r.Version.Nonce, versionOf(list[i]).Nonce)
			}
			try.Why("a Result has the times of the asking, as Ask.Do notes them: the parent draws its timeline from them")
			try.Equal(fmt.Sprintf("time from start to end in line %d", i+1), r.End.Sub(r.Start), time.Minute)
		}
	})
}

// The parent gives the next address only when it has the answer to the one before.
func TestProcesses_workAnswersAtOnce(t *testing.T) {
	const tried = "Work(ctx, in, out, ask), where the next address comes only after the answer to the one before"
	bubble.Test(t, tried, func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 3)
		a := &asked{}
		toWorker, give := io.Pipe()
		fromWorker, out := io.Pipe()
		done := make(chan error, 1)
		go func() {
			done <- crawl.Work(t.Context(), toWorker, out, a.ask)
			out.Close()
			toWorker.Close()
		}()
		answers := make(chan string, len(list)+1)
		go func() {
			lines := bufio.NewScanner(fromWorker)
			for lines.Scan() {
				answers <- lines.Text()
			}
			close(answers)
		}()
		try := expect.Tried(t, tried)
		for i, address := range list {
			_, err := fmt.Fprintln(give, address)
			try.Why("a worker is done when in ends, not before").True(err == nil, "it returned before the end of in", "it reads to the end of in")
			select {
			case line, ok := <-answers:
				try.Why("the answer to an address comes before the next address is read").True(ok && strings.Contains(line, address), fmt.Sprintf("answer %d: %q", i+1, line), "the result of "+address)
			case <-time.After(10 * time.Hour):
				give.Close()
				try.Why("an answer that stays in a buffer does not reach the other side, which waits for it")
				try.Fail("no answer for ten hours", "the answer, before the next address is read")
			}
		}
		give.Close()
		err := <-done
		try.Why(whyEndOfWork).NoError(err)
	})
}

func TestProcesses_workCancelled(t *testing.T) {
	const tried = "Work(ctx, in, out, ask) with five addresses in in, where ctx is cancelled while the second peer is asked"
	bubble.Test(t, tried, func(t *testing.T) {
		list := addresses(draw.From(t), 5)
		a := &asked{}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(90*time.Second, cancel)
		var out bytes.Buffer
		try := expect.Tried(t, tried)
		err := crawl.Work(ctx, strings.NewReader(strings.Join(list, "\n")+"\n"), &out, a.ask)
		try.Why(whyEndOfWork).NoError(err)
		try.Why("ask gets the ctx that Work was given, and once that has ended, no more peers are asked").Equal("peers asked", a.seen().calls, 2)
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		try.Why("a peer that is not asked, or not to the end, has a result too: ctx's error is its error").Equal("lines written", len(lines), len(list))
		for i, line := range lines[1:] {
			try.True(strings.Contains(line, context.Canceled.Error()), fmt.Sprintf("line %d: %q", i+2, line), fmt.Sprintf("a Result whose error says %q", context.Canceled))
		}
	})
}

// Whoever cannot read or write any more has to say so.
func TestProcesses_workFails(t *testing.T) {
	const tried = "Work(ctx, in, out, ask), where %s fails"
	bubble.Test(t, fmt.Sprintf(tried, "in or out"), func(t *testing.T) {
		d := draw.From(t)
		list := addresses(d, 5)
		in := func() io.Reader { return strings.NewReader(strings.Join(list, "\n") + "\n") }
		a := &asked{}
		try := expect.Tried(t, tried, "in, after five addresses,").Why("an in that breaks has not ended: a worker that returns no error claims that its work is done")
		err := crawl.Work(t.Context(), io.MultiReader(in(), iotest.ErrReader(errFake)), io.Discard, a.ask)
		try.True(expect.Is(err, errFake), expect.Error(err), "the error of in, wrapped")
		try.Why("what was read before in broke is work").Equal("peers asked", a.seen().calls, len(list))
		try = expect.Tried(t, tried, "out").Why("an answer that cannot be written reaches nobody: there is no point in asking for more")
		b := &asked{}
		err = crawl.Work(t.Context(), in(), mute{}, b.ask)
		try.True(expect.Is(err, errFake), expect.Error(err), "the error of out, wrapped")
		try.True(b.seen().calls <= 1, fmt.Sprintf("%d peers were asked", b.seen().calls), "it ends with the first answer that cannot be written")
	})
}
