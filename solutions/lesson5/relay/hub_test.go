package relay_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet/bubble"
	"nodebook/solutions/lesson5/relay"
)

// What package relay has to say, whatever a learner has changed.
const (
	queueSize   = 64
	backlogSize = 10
	maxChannels = 1_000
	maxName     = 256
	maxFrame    = 4 << 20

	helloTimeout = 10 * time.Second
	frameTimeout = 30 * time.Second
	writeTimeout = 10 * time.Second
)

// waiting takes what waits in a subscription, and reports whether it has ended.
func waiting(s *relay.Subscription) (got []string, ended bool) {
	for {
		select {
		case p, ok := <-s.Messages:
			if !ok {
				return got, true
			}
			got = append(got, string(p))
		default:
			return got, false
		}
	}
}

func subscribed(t testing.TB, h *relay.Hub, channel string) *relay.Subscription {
	t.Helper()
	s, err := h.Subscribe(channel)
	expect.Tried(t, "setting up: Subscribe(%q)", channel).NoError(err)
	return s
}

func TestHub_Publish(t *testing.T) {
	d := draw.From(t)
	h := relay.NewHub()
	main, other := "/topic/"+d.Word(5), "/other/"+d.Word(5)
	a, b, c := subscribed(t, h, main), subscribed(t, h, main), subscribed(t, h, other)
	try := expect.Tried(t, "Publish of two payloads to a channel with two subscribers, and of one to another with one").Why("each subscriber of a channel has its own queue, and each payload goes into all of them")
	for _, p := range []struct {
		channel, payload string
		n                int
	}{{main, "one", 2}, {other, "two", 1}, {main, "three", 2}} {
		n, err := h.Publish(p.channel, []byte(p.payload))
		try.NoError(err)
		try.Equal("number of subscribers of "+p.channel, n, p.n)
	}
	for _, s := range []struct {
		name string
		s    *relay.Subscription
		want string
	}{{"the first subscriber", a, "one three"}, {"the second", b, "one three"}, {"the other channel's", c, "two"}} {
		got, ended := waiting(s.s)
		try.Equal("what waits for "+s.name, strings.Join(got, " "), s.want)
		try.True(!ended, "an ended subscription", "one that goes on")
	}
}

func TestHub_Publish_slow(t *testing.T) {
	bubble.Test(t, "Publish to a subscriber that takes nothing", publishSlow)
}

func publishSlow(t *testing.T) {
	h := relay.NewHub()
	slow, quick := subscribed(t, h, "/main"), subscribed(t, h, "/main")
	try := expect.Tried(t, "Publish of %d payloads, where one subscriber takes each at once and the other none", queueSize+2)
	try.Why("a subscriber whose queue of %d is full is dropped, so that the others need not wait for it", queueSize)
	for i := range queueSize + 2 {
		want := 2
		if i >= queueSize {
			want = 1
		}
		n, err := h.Publish("/main", fmt.Append(nil, i))
		try.NoError(err)
		try.Equal(fmt.Sprintf("subscribers that got payload %d", i+1), n, want)
		got, ended := waiting(quick)
		try.True(!ended && len(got) == 1 && got[0] == fmt.Sprint(i), expect.Value(got), fmt.Sprintf("payload %d waiting for the quick one", i+1))
	}
	got, ended := waiting(slow)
	try.Equal("payloads that wait for the slow one", len(got), queueSize)
	try.True(ended, "its subscription goes on", "its subscription ended: Messages closed")
}

func TestHub_Publish_nobody(t *testing.T) {
	h := relay.NewHub()
	try := expect.Tried(t, "Publish of %d payloads to a channel without subscribers, then one subscribes", backlogSize+3)
	try.Why("the first %d are kept for the first subscriber; an oracle may start before the nodes do", backlogSize)
	want := []string{}
	for i := range backlogSize + 3 {
		n, err := h.Publish("/main", fmt.Append(nil, i))
		try.NoError(err)
		try.Equal("number of subscribers", n, 0)
		if i < backlogSize {
			want = append(want, fmt.Sprint(i))
		}
	}
	got, _ := waiting(subscribed(t, h, "/main"))
	try.Equal("what waits for the first", got, want)
	got, _ = waiting(subscribed(t, h, "/main"))
	try.Equal("number that wait for the second", len(got), 0)
}

func TestHub_Publish_errors(t *testing.T) {
	h := relay.NewHub()
	for _, n := range []int{0, maxName + 1} {
		_, err := h.Publish(strings.Repeat("x", n), nil)
		expect.Tried(t, "Publish to a channel whose name has %d bytes", n).Why("h.channel says why there is no such channel: return its error").ErrorIs(err, relay.ErrName, "relay.ErrName")
	}
	for i := range maxChannels {
		_, err := h.Publish(fmt.Sprint("/", i), []byte("x"))
		expect.Tried(t, "Publish to %d channels, one after another", i+1).Why("a hub has room for %d channels", maxChannels).NoError(err)
	}
	_, err := h.Publish("/one-more", []byte("x"))
	try := expect.Tried(t, "Publish to a new channel when there are %d", maxChannels)
	try.Why("a client that invents names could fill the memory: h.channel counts them, and its error is returned").ErrorIs(err, relay.ErrChannels, "relay.ErrChannels")
	_, err = h.Publish("/7", []byte("x"))
	expect.Tried(t, "Publish to an old channel when there are %d", maxChannels).Why("the bound is for new channels: an old one needs no more room").NoError(err)
}

func TestHub_Publish_gone(t *testing.T) {
	h := relay.NewHub()
	s := subscribed(t, h, "/main")
	h.Unsubscribe(s)
	h.Unsubscribe(s)
	n, err := h.Publish("/main", []byte("x"))
	try := expect.Tried(t, "Publish to a channel whose only subscriber has gone")
	try.Why("a subscription that has ended gets nothing, and does not count")
	try.NoError(err)
	try.Equal("number of subscribers", n, 0)
}

func TestHub_Publish_at_once(t *testing.T) {
	h := relay.NewHub()
	s := subscribed(t, h, "/main")
	try := expect.Tried(t, "Publish from 4 goroutines at once, each to 200 channels of its own, while subscriptions come and go")
	try.Why("a hub is safe for concurrent use: a function that touches its channels holds h.mu")
	var all sync.WaitGroup
	errs := make(chan error, 4)
	for g := range 4 {
		all.Go(func() {
			for i := range 200 {
				name := fmt.Sprintf("/%d/%d", g, i)
				if _, err := h.Publish(name, []byte("x")); err != nil {
					errs <- err
					return
				}
				if s, err := h.Subscribe(name); err == nil {
					h.Unsubscribe(s)
				}
			}
		})
	}
	all.Wait()
	close(errs)
	try.NoError(<-errs)
	n, err := h.Publish("/main", []byte("x"))
	try.NoError(err)
	try.Equal("number of subscribers of the channel that was there before", n, 1)
	h.Unsubscribe(s)
}

func TestHub_Publish_empty(t *testing.T) {
	h := relay.NewHub()
	try := expect.Tried(t, "Publish of an empty payload to a channel that nobody listens to, and again when somebody does")
	try.Why("a payload may be empty: it is kept, counted and passed on like any other")
	_, err := h.Publish("/a", nil)
	try.NoError(err)
	s := subscribed(t, h, "/a")
	n, err := h.Publish("/a", []byte{})
	try.NoError(err)
	try.Equal("number of subscribers", n, 1)
	got, _ := waiting(s)
	try.Equal("payloads in the queue", len(got), 2)
}
