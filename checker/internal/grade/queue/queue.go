// Package queue spreads a batch over graders on other machines, by NATS JetStream.
//
//	Open        a connection, with the streams that it needs
//	Coordinator puts submissions on the queue, and gives back what came of them
//	Work        is a grader: it takes jobs until it is told to stop
//	server      a queue server in this process, for a lab that has none
//
// Two streams hold all there is, on the server's disk:
//
//	nodebook.jobs.CHECKER.KEY   a job, from the moment it is wanted until it is answered
//	nodebook.results.KEY        what came of it
//
// KEY is a sum of the batch's settings and of what was handed in. A job has one
// place on the queue and one result, however often it is put there, so a
// coordinator that is started again finds what is already done, and what two
// learners have handed in alike is judged once. CHECKER is a sum of the program
// and its Go: a grader sees the jobs of its own kind alone, because another one's
// verdicts might differ.
//
// A job is taken, not removed: the grader says every few seconds that it is still
// at work, and acknowledges when its result is on the disk of the queue. If it
// falls silent, another one gets the job. A job that was given out [mostTries]
// times without a result is dead, and its submission gets an internal error, never
// a zero.
//
// A result is believed if it carries the job's own key and digest. More cannot be
// known of a machine that is asked because there is no time to do the work oneself:
// who may connect is for the server's accounts to say.
package queue

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"nodebook/checker/internal/grade"
	"nodebook/checker/internal/workbook"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	jobStream    = "NODEBOOK_JOBS"
	resultStream = "NODEBOOK_RESULTS"
	bucket       = "NODEBOOK_LARGE" // what is longer than a message may be
	jobs         = "nodebook.jobs."
	results      = "nodebook.results."

	mostTries = 4
	keep      = 7 * 24 * time.Hour // results and large payloads
	mostJob   = 64 << 20           // bytes of a payload, unpacked
)

// Job is one submission, and all that its result depends on.
type Job struct {
	Key     string
	Checker string // see [Checker]
	Batch   Settings
	Digest  string // of Files, Notes and Torn
	Notes   []string
	Torn    map[string]string // lessons that are there more than once
	Files   map[string][]byte
}

// Settings are those of a batch, as far as a grader needs them.
type Settings struct {
	Sum       string // of all of them, the hidden tests included
	Lessons   []string
	Solutions string
	Seed      uint64
	Printed   bool
	Limits    map[string]workbook.Limits
}

// Answer is what came of a job: a result, or why the last try failed.
type Answer struct {
	Key, Digest string
	Result      *grade.Submission
	Error       string
}

// ErrDead says that no grader could answer a job.
var ErrDead = errors.New("no grader could grade it")

// Checker is a sum of this program and of the Go that it builds with.
func Checker(toolchain string) (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	fmt.Fprintf(h, " %s", toolchain)
	return fmt.Sprintf("%x", h.Sum(nil)[:8]), nil
}

// key is the name of a job and its result.
func key(batch, digest string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(batch+" "+digest)))[:32]
}

// Queue is a connection with its streams.
type Queue struct {
	conn    *nats.Conn
	js      jetstream.JetStream
	jobs    jetstream.Stream
	results jetstream.Stream
	large   jetstream.ObjectStore

	silence time.Duration // without a word from a grader, another one gets its job
	pause   time.Duration // before a job that somebody failed at is given out again
}

// Open connects to a server, nats://HOST:4222 or tls://..., or several with commas
// between them, and makes the streams if they are not there. Credentials are a file
// as NATS's own tools write it, or empty. The connection outlives the server: it
// is tried again until the Queue is closed. Say is told of both.
func Open(ctx context.Context, server, credentials string, say func(string)) (*Queue, error) {
	o := []nats.Option{
		nats.Name("nodebook"), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				say(fmt.Sprintf("the queue is gone (%v): trying again until it is back", err))
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { say("the queue is back") }),
	}
	if credentials != "" {
		o = append(o, nats.UserCredentials(credentials))
	}
	conn, err := nats.Connect(server, o...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", server, err)
	}
	q := &Queue{conn: conn, silence: 30 * time.Second, pause: time.Second}
	if err := q.streams(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("%s: %w", server, err)
	}
	return q, nil
}

// away reports whether an error says no more than that the server cannot be reached, or
// is not ready: it may come back.
func (q *Queue) away(err error) bool {
	if errors.Is(err, nats.ErrConnectionClosed) {
		return false
	}
	return !q.conn.IsConnected() || slices.ContainsFunc([]error{
		context.DeadlineExceeded, nats.ErrTimeout, nats.ErrNoResponders, jetstream.ErrNoStreamResponse,
	}, func(x error) bool { return errors.Is(err, x) })
}

// Close ends the connection.
func (q *Queue) Close() { q.conn.Close() }

func (q *Queue) streams(ctx context.Context) (err error) {
	if q.js, err = jetstream.New(q.conn); err != nil {
		return err
	}
	if q.jobs, err = q.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: jobStream, Subjects: []string{jobs + ">"}, Retention: jetstream.WorkQueuePolicy,
		MaxMsgsPerSubject: 1, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true,
	}); err != nil {
		return err
	}
	if q.results, err = q.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: resultStream, Subjects: []string{results + ">"}, MaxMsgsPerSubject: 1, MaxAge: keep,
	}); err != nil {
		return err
	}
	q.large, err = q.js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{Bucket: bucket, TTL: keep})
	return err
}

// inStore marks a message whose payload lies in the object store, by its name.
const inStore = "Nodebook-Large"

// message packs v, and puts it into the object store if a message cannot hold it.
func (q *Queue) message(ctx context.Context, subject string, v any) (*nats.Msg, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(v); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	m := &nats.Msg{Subject: subject, Data: b.Bytes(), Header: nats.Header{}}
	if int64(b.Len()) > q.conn.MaxPayload()-4096 { // headers count as well
		if _, err := q.large.PutBytes(ctx, subject, b.Bytes()); err != nil {
			return nil, err
		}
		m.Data = nil
		m.Header.Set(inStore, subject)
	}
	return m, nil
}

// unpack is the reverse of message.
func (q *Queue) unpack(ctx context.Context, subject string, header nats.Header, data []byte, v any) error {
	if header.Get(inStore) != "" {
		r, err := q.large.Get(ctx, subject) // what the header says is not believed
		if err != nil {
			return err
		}
		defer r.Close()
		if data, err = io.ReadAll(io.LimitReader(r, mostJob)); err != nil {
			return err
		}
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return json.NewDecoder(io.LimitReader(z, mostJob)).Decode(v)
}

// forget removes a large payload, if there is one.
func (q *Queue) forget(ctx context.Context, subject string) {
	_ = q.large.Delete(ctx, subject) // it is not there, or goes by itself after a week
}

// last is the part of a subject behind its last point.
func last(subject string) string { return subject[strings.LastIndexByte(subject, '.')+1:] }
