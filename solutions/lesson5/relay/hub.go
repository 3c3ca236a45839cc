package relay

import (
	"errors"
	"slices"
	"sync"
)

// Bounds of a hub.
const (
	QueueSize   = 64    // payloads that wait for one subscriber
	BacklogSize = 10    // payloads kept for a channel that nobody has subscribed to yet
	MaxChannels = 1_000 // channels with subscribers or a backlog
	MaxName     = 256   // bytes of a channel's name
)

// Errors of a hub.
var (
	ErrChannels = errors.New("too many channels")
	ErrName     = errors.New("channel name empty or too long")
)

// Hub knows who has subscribed to what. It is safe for concurrent use.
type Hub struct {
	mu       sync.Mutex
	channels map[string]*channel
}

// channel is one channel of a hub.
type channel struct {
	subscribers []*Subscription
	backlog     [][]byte // only while there is no subscriber
}

// Subscription is one subscriber's queue.
type Subscription struct {
	Channel  string
	Messages chan []byte // closed when the subscription has ended
}

// NewHub is a hub without channels.
func NewHub() *Hub { return &Hub{channels: map[string]*channel{}} }

// Subscribe starts a subscription to a channel, with room for [QueueSize]
// payloads in Messages. What was published while nobody listened is already
// waiting in it.
//
// Errors: [ErrName] for a name of 0 or of more than [MaxName] bytes;
// [ErrChannels] for a new channel when there are [MaxChannels].
func (h *Hub) Subscribe(name string) (*Subscription, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c, err := h.channel(name)
	if err != nil {
		return nil, err
	}
	s := &Subscription{Channel: name, Messages: make(chan []byte, QueueSize)}
	for _, p := range c.backlog {
		s.Messages <- p
	}
	c.backlog = nil
	c.subscribers = append(c.subscribers, s)
	return s, nil
}

// channel finds a channel or makes it. h.mu is held.
func (h *Hub) channel(name string) (*channel, error) {
	mustHold(&h.mu, "h.mu")
	if len(name) == 0 || len(name) > MaxName {
		return nil, ErrName
	}
	c := h.channels[name]
	if c == nil {
		if len(h.channels) >= MaxChannels {
			return nil, ErrChannels
		}
		c = &channel{}
		h.channels[name] = c
	}
	return c, nil
}

// mustHold panics unless somebody holds the lock. It cannot see who does, but a
// caller that has forgotten it gets caught as soon as nobody else happens to.
func mustHold(mu *sync.Mutex, name string) {
	if mu.TryLock() {
		mu.Unlock()
		panic(name + " is not held: lock it first, and unlock it when you are done")
	}
}

// Unsubscribe ends a subscription and closes its Messages. If it has ended
// already, nothing happens.
func (h *Hub) Unsubscribe(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(s)
}

// drop ends a subscription. h.mu is held.
func (h *Hub) drop(s *Subscription) {
	mustHold(&h.mu, "h.mu")
	c := h.channels[s.Channel]
	if c == nil {
		return
	}
	i := slices.Index(c.subscribers, s)
	if i < 0 {
		return
	}
	c.subscribers = slices.Delete(slices.Clone(c.subscribers), i, i+1)
	close(s.Messages)
	if len(c.subscribers) == 0 && len(c.backlog) == 0 {
		delete(h.channels, s.Channel)
	}
}

// Publish puts a payload into the queue of every subscriber of a channel and
// returns how many got it. It never waits: a subscriber whose queue is full is too
// slow, and is dropped with h.drop, so that it holds nobody up. If there are no
// subscribers, the first [BacklogSize] payloads are kept for the first one.
//
// h.channel finds the channel, h.mu guards it all.
//
// Errors: [ErrName], [ErrChannels].
func (h *Hub) Publish(name string, payload []byte) (int, error) {
	// BEGIN SOLUTION
	h.mu.Lock()
	defer h.mu.Unlock()
	c, err := h.channel(name)
	if err != nil {
		return 0, err
	}
	if len(c.subscribers) == 0 {
		if len(c.backlog) < BacklogSize {
			c.backlog = append(c.backlog, payload)
		}
		return 0, nil
	}
	sent := 0
	for _, s := range c.subscribers {
		select {
		case s.Messages <- payload:
			sent++
		default:
			h.drop(s)
		}
	}
	return sent, nil
	// END SOLUTION
}
