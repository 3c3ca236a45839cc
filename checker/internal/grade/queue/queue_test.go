package queue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/grade/intake"
	"nodebook/checker/internal/grade/queue/server"
	"nodebook/checker/needs"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// lab is a queue server and what is connected to it.
type lab struct {
	*testing.T
	address, folder, url string
	stop                 func()
	said                 sync.Map
	judged               atomic.Int64
}

func newLab(t *testing.T) *lab {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &lab{T: t, address: free.Addr().String(), folder: t.TempDir()}
	require.NoError(t, free.Close())
	l.start()
	t.Cleanup(func() { l.stop() })
	return l
}

func (l *lab) start() {
	var err error
	l.url, l.stop, err = server.Serve(l.address, l.folder)
	require.NoError(l, err)
}

func (l *lab) say(text string) { l.said.Store(text, true) }

func (l *lab) open() *Queue {
	q, err := Open(l.Context(), l.url, "", l.say)
	require.NoError(l, err)
	q.silence, q.pause = 2*time.Second, 50*time.Millisecond
	l.Cleanup(q.Close)
	return q
}

const checker = "c0ffee"

func settings() Settings { return Settings{Sum: "batch", Lessons: []string{"lesson1"}, Seed: 7} }

func (l *lab) coordinator(ctx context.Context) *Coordinator {
	c, err := NewCoordinator(ctx, l.open(), checker, settings(), l.say)
	require.NoError(l, err)
	l.Cleanup(c.Close)
	return c
}

// grader works until the test ends or the returned function is called, which gives
// its jobs back.
func (l *lab) grader(judge Grader) (q *Queue, end func()) {
	q = l.open()
	ctx, cancel := context.WithCancel(l.Context())
	var done sync.WaitGroup
	done.Go(func() {
		if err := Work(ctx, q, checker, 2, judge, l.say); !errors.Is(err, context.Canceled) {
			l.Error(err)
		}
	})
	end = func() { cancel(); done.Wait() }
	l.Cleanup(end)
	return q, end
}

// verdicts is a judge whose result depends on the submission alone.
func (l *lab) verdicts(_ context.Context, j *Job) (*grade.Submission, error) {
	l.judged.Add(1)
	return result(j.Digest), nil
}

func result(digest string) *grade.Submission {
	return &grade.Submission{Passed: len(digest), Lessons: []*grade.Lesson{{Lesson: "lesson1", Title: digest}}}
}

func submissions(n int) (all []*intake.Submission) {
	for i := range n {
		all = append(all, &intake.Submission{Name: fmt.Sprintf("s%03d", i), Files: map[string][]byte{"lessons/lesson1/a.go": fmt.Append(nil, "package a // ", i)}})
	}
	return all
}

// all has every submission judged, some at once, and holds the results.
func (l *lab) all(ctx context.Context, c *Coordinator, subs []*intake.Submission) {
	var wait sync.WaitGroup
	for _, s := range subs {
		wait.Go(func() {
			r, err := c.Judge(ctx, s)
			if ctx.Err() != nil {
				return
			}
			if err != nil || r.Lessons[0].Title != s.Digest() {
				l.Errorf("%s: %v, %v", s.Name, r, err)
			}
		})
	}
	wait.Wait()
}

func TestQueue(t *testing.T) {
	l := newLab(t)
	l.grader(l.verdicts)
	l.grader(l.verdicts)
	subs := submissions(60)
	twin := *subs[0]
	twin.Name = "twin"
	l.all(t.Context(), l.coordinator(t.Context()), append(subs, &twin))
	require.EqualValues(t, 60, l.judged.Load(), "two that are alike are judged once")
	info, err := l.open().jobs.Info(t.Context())
	require.NoError(t, err)
	require.Zero(t, info.State.Msgs, "jobs that are left")
}

// What is longer than a message goes through the object store, both ways.
func TestQueue_large(t *testing.T) {
	l := newLab(t)
	noise := make([]byte, 3<<20)
	rand.NewChaCha8([32]byte{}).Read(noise)
	l.grader(func(ctx context.Context, j *Job) (*grade.Submission, error) {
		r := result(j.Digest)
		r.Lessons[0].Notes = []string{fmt.Sprintf("%x", j.Files["lessons/lesson1/a.go"])}
		return r, nil
	})
	s := &intake.Submission{Name: "large", Files: map[string][]byte{"lessons/lesson1/a.go": noise}}
	r, err := l.coordinator(t.Context()).Judge(t.Context(), s)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("%x", noise), r.Lessons[0].Notes[0])
}

// A grader that dies in the middle of its jobs, without a word: others get them.
func TestQueue_graderDies(t *testing.T) {
	l := newLab(t)
	taken := make(chan bool, 10)
	stuck := make(chan bool)
	dying, _ := l.grader(func(ctx context.Context, j *Job) (*grade.Submission, error) {
		taken <- true
		<-stuck
		return nil, errors.New("too late")
	})
	done := make(chan bool)
	c := l.coordinator(t.Context())
	go func() { l.all(t.Context(), c, submissions(10)); close(done) }()
	<-taken
	<-taken
	dying.Close()
	l.grader(l.verdicts)
	<-done
	close(stuck)
	require.EqualValues(t, 10, l.judged.Load())
}

// A grader that was asleep answers late: nothing changes any more.
func TestQueue_late(t *testing.T) {
	l := newLab(t)
	c := l.coordinator(t.Context())
	s := submissions(1)
	l.grader(l.verdicts)
	l.all(t.Context(), c, s)
	late := l.open()
	wrong := result(s[0].Digest())
	wrong.Passed = -1
	require.NoError(t, late.answer(t.Context(), &Answer{Key: key("batch", s[0].Digest()), Digest: s[0].Digest(), Result: wrong}))
	r, err := c.Judge(t.Context(), s[0])
	require.NoError(t, err)
	require.NotNil(t, r)
}

// A grader that lies about whose result it is, or sends none: the result is thrown
// away, and the job given out again.
func TestQueue_lies(t *testing.T) {
	l := newLab(t)
	liar := l.open()
	s := submissions(3)
	for i, a := range []Answer{
		{Key: key("batch", s[1].Digest()), Digest: s[1].Digest(), Result: result(s[1].Digest())},
		{Key: key("batch", s[1].Digest()), Digest: s[1].Digest(), Result: &grade.Submission{}},
	} {
		m, err := liar.message(t.Context(), results+key("batch", s[i].Digest()), &a)
		require.NoError(t, err)
		_, err = liar.js.PublishMsg(t.Context(), m)
		require.NoError(t, err)
	}
	_, err := liar.js.PublishMsg(t.Context(), &nats.Msg{Subject: results + key("batch", s[2].Digest()), Data: []byte("no gzip")})
	require.NoError(t, err)
	l.grader(l.verdicts)
	l.all(t.Context(), l.coordinator(t.Context()), s)
	require.EqualValues(t, 3, l.judged.Load())
}

// A coordinator that is killed and started again: what is done is not done twice.
func TestQueue_coordinatorDies(t *testing.T) {
	l := newLab(t)
	ctx, kill := context.WithCancel(t.Context())
	l.grader(func(c context.Context, j *Job) (*grade.Submission, error) {
		if l.judged.Load() == 20 {
			kill()
		}
		return l.verdicts(c, j)
	})
	subs := submissions(60)
	l.all(ctx, l.coordinator(ctx), subs)
	l.all(t.Context(), l.coordinator(t.Context()), subs)
	// A job that was being judged at that moment may be judged again.
	require.LessOrEqual(t, l.judged.Load(), int64(60+2))
}

// The server is stopped and started again from its disk while jobs wait.
func TestQueue_serverRestarts(t *testing.T) {
	l := newLab(t)
	var once sync.Once
	restarted := make(chan bool)
	l.grader(func(ctx context.Context, j *Job) (*grade.Submission, error) {
		once.Do(func() { l.stop(); l.start(); close(restarted) })
		<-restarted
		return l.verdicts(ctx, j)
	})
	subs, done := submissions(20), make(chan bool)
	c := l.coordinator(t.Context())
	// All are on the queue before anything is judged.
	go func() { l.all(t.Context(), c, subs); close(done) }()
	<-done
}

// A queue that stays away for longer than a call waits for it costs no submission.
func TestQueue_serverAway(t *testing.T) {
	needs.Lot(t, 4)
	l := newLab(t)
	waits := make(chan bool, 100)
	c, err := NewCoordinator(t.Context(), l.open(), checker, settings(), func(text string) { waits <- strings.Contains(text, " waits for the queue: ") })
	require.NoError(t, err)
	t.Cleanup(c.Close)
	l.stop()
	done := make(chan bool)
	go func() { l.all(t.Context(), c, submissions(3)); close(done) }()
	select {
	case said := <-waits:
		require.True(t, said)
	case <-done:
		t.Fatal("it did not wait")
	}
	l.start()
	l.grader(l.verdicts)
	<-done
}

// A job at which every grader fails is an error, and no result; the rest goes on.
func TestQueue_dead(t *testing.T) {
	l := newLab(t)
	subs := submissions(4)
	l.grader(func(ctx context.Context, j *Job) (*grade.Submission, error) {
		if j.Digest == subs[0].Digest() {
			return nil, errors.New("the disk is full")
		}
		return l.verdicts(ctx, j)
	})
	c := l.coordinator(t.Context())
	_, err := c.Judge(t.Context(), subs[0])
	require.ErrorIs(t, err, ErrDead)
	require.ErrorContains(t, err, "in 4 tries: the disk is full")
	l.all(t.Context(), c, subs[1:])
	_, heard := l.said.Load("job " + key("batch", subs[0].Digest()) + " goes back: the disk is full")
	require.True(t, heard)
}

// A grader with another checker or another Go never sees the jobs, and says so.
func TestQueue_otherChecker(t *testing.T) {
	l := newLab(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := l.coordinator(ctx)
	var waiting sync.WaitGroup
	waiting.Go(func() { l.all(ctx, c, submissions(3)) })
	q := l.open()
	require.Eventually(t, func() bool {
		info, err := q.jobs.Info(ctx)
		return err == nil && info.State.Msgs == 3
	}, time.Minute, 10*time.Millisecond)
	over, stop := context.WithTimeout(ctx, time.Second)
	defer stop()
	_ = Work(over, q, "0dd", 1, l.verdicts, l.say)
	require.Zero(t, l.judged.Load())
	_, heard := l.said.Load("3 jobs wait for another checker or another Go, and this one leaves them alone (it is 0dd; 0 are for it)")
	require.True(t, heard)
	cancel()
	waiting.Wait()
}
