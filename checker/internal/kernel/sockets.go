package kernel

import (
	"context"
	"errors"
	"sync"

	zmq "github.com/go-zeromq/zmq4"
)

// sockets are the five channels.
type sockets struct {
	key     signer
	session string

	shell, control, stdin, iopub, heartbeat zmq.Socket

	mu sync.Mutex // of iopub and of each answer: a message's frames stay together
}

// listen opens the channels.
func listen(ctx context.Context, c *Connection, session string) (*sockets, error) {
	s := &sockets{
		key: signer(c.Key), session: session,
		shell: zmq.NewRouter(ctx), control: zmq.NewRouter(ctx), stdin: zmq.NewRouter(ctx), iopub: zmq.NewPub(ctx), heartbeat: zmq.NewRep(ctx),
	}
	for _, x := range []struct {
		socket zmq.Socket
		port   int
	}{{s.shell, c.Shell}, {s.control, c.Control}, {s.stdin, c.Stdin}, {s.iopub, c.IOPub}, {s.heartbeat, c.Heartbeat}} {
		if err := x.socket.Listen(c.address(x.port)); err != nil {
			s.close()
			return nil, err
		}
	}
	return s, nil
}

func (s *sockets) close() {
	for _, x := range []zmq.Socket{s.heartbeat, s.shell, s.control, s.stdin, s.iopub} {
		x.Close() // the process ends: nobody is told
	}
}

// receive gives take each message of a socket that is signed, until the socket is
// closed. What is not signed is dropped: there is nobody to answer.
func (s *sockets) receive(ctx context.Context, socket zmq.Socket, take func(*message)) {
	for ctx.Err() == nil {
		raw, err := socket.Recv()
		if errors.Is(err, zmq.ErrClosedConn) || ctx.Err() != nil {
			return
		}
		if err != nil {
			continue // a front end that is gone
		}
		if m, err := s.key.parse(raw.Frames); err == nil {
			take(m)
		}
	}
}

// beat answers the heartbeat.
func (s *sockets) beat(ctx context.Context) {
	for ctx.Err() == nil {
		m, err := s.heartbeat.Recv()
		if err != nil {
			if errors.Is(err, zmq.ErrClosedConn) {
				return
			}
			continue
		}
		s.heartbeat.Send(m) // a front end that is gone asks no more
	}
}

// answer answers a request on the socket it came on.
func (s *sockets) answer(socket zmq.Socket, to *message, kind string, content any) {
	s.send(socket, to.ids, kind, to, content)
}

// publish tells all front ends.
func (s *sockets) publish(kind string, parent *message, content any) {
	s.send(s.iopub, [][]byte{[]byte("kernel." + kind)}, kind, parent, content)
}

func (s *sockets) send(socket zmq.Socket, ids [][]byte, kind string, parent *message, content any) {
	frames, err := s.key.frames(ids, s.session, kind, parent, nil, content)
	if err != nil {
		return // content is ours; all of it is JSON
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	socket.SendMulti(zmq.NewMsgFrom(frames...)) // a front end that is gone needs no answer
}
