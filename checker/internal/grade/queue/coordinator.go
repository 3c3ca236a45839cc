package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/grade/intake"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Coordinator is the side that has the submissions.
type Coordinator struct {
	q       *Queue
	checker string
	batch   Settings
	say     func(string)
	stop    []func()

	mu      sync.Mutex
	waiting map[string]*wish // by key
}

// wish is a job that somebody waits for.
type wish struct {
	job     *Job
	waiters int
	stuck   uint64        // its place on the queue, if the last sweep found it dead
	over    chan struct{} // closed when result or err is there
	result  *grade.Submission
	err     error
}

// NewCoordinator listens for results and for jobs that died. Close ends it.
func NewCoordinator(ctx context.Context, q *Queue, checker string, batch Settings, say func(string)) (*Coordinator, error) {
	c := &Coordinator{q: q, checker: checker, batch: batch, say: say, waiting: map[string]*wish{}}
	// What was there before is asked for by its key. What comes is listened to from a
	// number on, so that nothing is missed while the queue is gone.
	info, err := q.results.Info(ctx)
	if err != nil {
		return nil, err
	}
	cons, err := q.results.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: info.State.LastSeq + 1,
	})
	if err != nil {
		return nil, err
	}
	consuming, err := cons.Consume(func(m jetstream.Msg) {
		c.answered(ctx, m.Subject(), m.Headers(), m.Data())
	})
	if err != nil {
		return nil, err
	}
	c.stop = append(c.stop, consuming.Stop)
	dead, err := q.conn.Subscribe("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES."+jobStream+".>", func(m *nats.Msg) {
		var advisory struct {
			Seq uint64 `json:"stream_seq"`
		}
		if json.Unmarshal(m.Data, &advisory) == nil {
			c.died(ctx, advisory.Seq)
		}
	})
	if err != nil {
		c.Close()
		return nil, err
	}
	c.stop = append(c.stop, func() { _ = dead.Unsubscribe() })
	sweeping, stop := context.WithCancel(ctx)
	var swept sync.WaitGroup
	swept.Go(func() {
		for wait(sweeping, q.silence) {
			c.sweep(sweeping)
		}
	})
	c.stop = append(c.stop, func() { stop(); swept.Wait() })
	return c, nil
}

// Close ends the listening.
func (c *Coordinator) Close() {
	for _, stop := range c.stop {
		stop()
	}
}

// Judge has a submission judged by a grader: what [grade.Options.Elsewhere] wants.
func (c *Coordinator) Judge(ctx context.Context, s *intake.Submission) (*grade.Submission, error) {
	digest := s.Digest()
	w, first := c.wish(&Job{Key: key(c.batch.Sum, digest), Checker: c.checker, Batch: c.batch, Digest: digest, Notes: s.Notes, Torn: s.Torn, Files: s.Files})
	defer c.leave(w)
	if first {
		for {
			err := c.put(ctx, w.job)
			if err == nil {
				break
			}
			if !c.q.away(err) || !wait(ctx, c.q.pause) {
				return nil, err
			}
			c.say(fmt.Sprintf("job %s waits for the queue: %v", w.job.Key, err))
		}
	}
	select {
	case <-w.over:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if w.err != nil {
		return nil, w.err
	}
	own := *w.result // the same submission of another learner gets another name
	return &own, nil
}

// wish notes that somebody waits for a job; first says that nobody did before.
func (c *Coordinator) wish(j *Job) (w *wish, first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w = c.waiting[j.Key]; w == nil {
		w, first = &wish{job: j, over: make(chan struct{})}, true
		c.waiting[j.Key] = w
	}
	w.waiters++
	return w, first
}

func (c *Coordinator) leave(w *wish) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.waiters--; w.waiters == 0 && c.waiting[w.job.Key] == w {
		delete(c.waiting, w.job.Key)
	}
}

func (c *Coordinator) subject(key string) string { return jobs + c.checker + "." + key }

// put puts a job on the queue, unless its result is there already. One that an
// earlier coordinator has put there stays where it is. A result is on the disk before
// its job goes, so the job is looked for first.
func (c *Coordinator) put(ctx context.Context, j *Job) error {
	at := c.subject(j.Key)
	old, err := c.q.jobs.GetLastMsgForSubject(ctx, at)
	if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
		return err
	}
	if done, err := c.done(ctx, j); done || err != nil || old != nil {
		return err
	}
	msg, err := c.q.message(ctx, at, j)
	if err != nil {
		return err
	}
	_, err = c.q.js.PublishMsg(ctx, msg)
	return err
}

// sweep finds what no message has told: results, and jobs that died while this
// coordinator or the queue was gone. When the graders' consumer has nothing to give
// and nothing given out, the jobs that are still on the queue are dead.
func (c *Coordinator) sweep(ctx context.Context) {
	c.mu.Lock()
	all := slices.Collect(maps.Values(c.waiting))
	c.mu.Unlock()
	dead := false
	if cons, err := c.q.jobs.Consumer(ctx, graders(c.checker)); err == nil {
		info, err := cons.Info(ctx)
		dead = err == nil && info.NumPending == 0 && info.NumAckPending == 0
	}
	for _, w := range all {
		if done, err := c.done(ctx, w.job); done || err != nil || !dead {
			continue
		}
		old, err := c.q.jobs.GetLastMsgForSubject(ctx, c.subject(w.job.Key))
		switch {
		case err != nil:
		case w.stuck != old.Sequence: // it may have come just now: the next sweep tells
			w.stuck = old.Sequence
		default:
			c.died(ctx, old.Sequence)
		}
	}
}

// done takes the result of a job if it is there.
func (c *Coordinator) done(ctx context.Context, j *Job) (bool, error) {
	m, err := c.q.results.GetLastMsgForSubject(ctx, results+j.Key)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return false, nil
	}
	return err == nil && c.answered(ctx, m.Subject, m.Header, m.Data), err
}

// answered takes a result for whoever waits for it. What is not the answer to the
// job whose place it has is thrown away, and the job is put on the queue again.
func (c *Coordinator) answered(ctx context.Context, subject string, header nats.Header, data []byte) bool {
	w := c.find(last(subject))
	if w == nil {
		return false
	}
	var a Answer
	err := c.q.unpack(ctx, subject, header, data, &a)
	if err == nil {
		err = c.check(w.job, &a)
	}
	if err != nil {
		c.say(fmt.Sprintf("a grader's result is thrown away, and its job is given out again: %v", err))
		if err := c.again(ctx, w.job); err != nil {
			c.finish(w, nil, err)
		}
		return true
	}
	c.q.forget(ctx, c.subject(w.job.Key))
	if a.Error != "" { // the next run may try again
		_ = c.q.results.Purge(ctx, jetstream.WithPurgeSubject(results+w.job.Key))
		c.finish(w, nil, fmt.Errorf("%w in %d tries: %s", ErrDead, mostTries, a.Error))
		return true
	}
	c.finish(w, a.Result, nil)
	return true
}

// check holds a result against the job that it says it answers.
func (c *Coordinator) check(j *Job, a *Answer) error {
	switch {
	case a.Key != j.Key || a.Digest != j.Digest:
		return fmt.Errorf("it answers %q, and stands where %q should be", a.Key, j.Key)
	case a.Error != "":
		return nil
	case a.Result == nil || len(a.Result.Lessons) != len(j.Batch.Lessons):
		return errors.New("it does not have the batch's lessons")
	}
	for i, l := range a.Result.Lessons {
		if l == nil || l.Lesson != j.Batch.Lessons[i] {
			return errors.New("it does not have the batch's lessons")
		}
	}
	return nil
}

// again removes a result and puts its job on the queue.
func (c *Coordinator) again(ctx context.Context, j *Job) error {
	if err := c.q.results.Purge(ctx, jetstream.WithPurgeSubject(results+j.Key)); err != nil {
		return err
	}
	c.q.forget(ctx, results+j.Key)
	return c.put(ctx, j)
}

// died ends the wait for the job that stands at a place of the queue.
func (c *Coordinator) died(ctx context.Context, seq uint64) {
	m, err := c.q.jobs.GetMsg(ctx, seq)
	if err != nil {
		return // answered after all
	}
	w := c.find(last(m.Subject))
	if w == nil || m.Subject != c.subject(w.job.Key) {
		return
	}
	_ = c.q.jobs.DeleteMsg(ctx, seq)
	c.finish(w, nil, fmt.Errorf("%w in %d tries, and none of them lived to say why", ErrDead, mostTries))
}

func (c *Coordinator) find(key string) *wish {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waiting[key]
}

// finish gives a wish its end, once.
func (c *Coordinator) finish(w *wish, r *grade.Submission, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-w.over:
	default:
		w.result, w.err = r, err
		close(w.over)
	}
}
