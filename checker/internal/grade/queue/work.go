package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"nodebook/checker/internal/grade"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Grader judges jobs. An error is the machine's: another grader may do better.
type Grader func(context.Context, *Job) (*grade.Submission, error)

// Work takes jobs of its own checker, so many at once, until ctx is done. The jobs
// that it has then go back on the queue.
func Work(ctx context.Context, q *Queue, checker string, atOnce int, judge Grader, say func(string)) error {
	cons, err := q.jobs.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: graders(checker), FilterSubject: jobs + checker + ".>", AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: q.silence, MaxDeliver: mostTries, MaxAckPending: -1,
	})
	if err != nil {
		return err
	}
	if err := q.others(ctx, checker, say); err != nil {
		return err
	}
	var all sync.WaitGroup
	for range max(1, atOnce) {
		all.Go(func() {
			for ctx.Err() == nil {
				m, err := cons.Next(jetstream.FetchContext(ctx))
				switch {
				case ctx.Err() != nil:
					return
				case err != nil: // the queue is gone for a while, or has nothing
					if wait(ctx, q.pause); !slices.ContainsFunc(idle, func(x error) bool { return errors.Is(err, x) }) {
						say(fmt.Sprintf("no job: %v", err))
					}
				default:
					take(ctx, q, checker, m, judge, say)
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// idle are the errors of a queue that has nothing to do.
var idle = []error{jetstream.ErrNoMessages, nats.ErrTimeout, context.DeadlineExceeded}

// graders is the name of what gives out the jobs of a checker.
func graders(checker string) string { return "graders-" + checker }

// others says so if jobs wait for another checker.
func (q *Queue) others(ctx context.Context, checker string, say func(string)) error {
	info, err := q.jobs.Info(ctx, jetstream.WithSubjectFilter(jobs+">"))
	if err != nil {
		return err
	}
	mine, theirs := 0, 0
	for subject := range info.State.Subjects {
		if len(subject) > len(jobs+checker) && subject[:len(jobs+checker)] == jobs+checker {
			mine++
		} else {
			theirs++
		}
	}
	if theirs > 0 {
		say(fmt.Sprintf("%d jobs wait for another checker or another Go, and this one leaves them alone (it is %s; %d are for it)", theirs, checker, mine))
	}
	return nil
}

// take judges one job. Its message is acknowledged when the result is on the
// queue's disk.
func take(ctx context.Context, q *Queue, checker string, m jetstream.Msg, judge Grader, say func(string)) {
	stop := keepAlive(ctx, m, q.silence/4)
	defer stop()
	var j Job
	if err := q.unpack(ctx, m.Subject(), m.Headers(), m.Data(), &j); err != nil {
		if ctx.Err() == nil {
			say(fmt.Sprintf("a job that cannot be read goes back: %v", err))
			_ = m.NakWithDelay(q.pause)
		}
		return
	}
	if j.Checker != checker || j.Key != key(j.Batch.Sum, j.Digest) || j.Key != last(m.Subject()) {
		say(fmt.Sprintf("job %s is not what its place on the queue says, or is for another checker: refused", last(m.Subject())))
		_ = m.NakWithDelay(q.pause) // after some tries it is dead, and the coordinator is told
		return
	}
	r, err := judge(ctx, &j)
	if ctx.Err() != nil {
		_ = m.Nak()
		return
	}
	if err == nil {
		err = q.answer(ctx, &Answer{Key: j.Key, Digest: j.Digest, Result: r})
	}
	if err != nil {
		say(fmt.Sprintf("job %s goes back: %v", j.Key, err))
		if meta, bad := m.Metadata(); bad == nil && meta.NumDelivered >= mostTries &&
			q.answer(ctx, &Answer{Key: j.Key, Digest: j.Digest, Error: err.Error()}) == nil {
			_ = m.Ack()
			return
		}
		_ = m.NakWithDelay(q.pause)
		return
	}
	_ = m.Ack() // if it is lost, somebody judges it again and says the same
}

func (q *Queue) answer(ctx context.Context, a *Answer) error {
	m, err := q.message(ctx, results+a.Key, a)
	if err != nil {
		return err
	}
	_, err = q.js.PublishMsg(ctx, m)
	return err
}

// keepAlive says every few seconds that the job is still being worked at.
func keepAlive(ctx context.Context, m jetstream.Msg, every time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		for wait(ctx, every) {
			_ = m.InProgress()
		}
	})
	return func() { cancel(); done.Wait() }
}

// wait waits, and reports whether it was not ended before.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
