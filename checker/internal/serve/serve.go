// Package serve is the workbook in the browser: the pages, with cells that run
// and exercises that are edited and judged in place.
//
// This server runs code, so it is careful about whom it listens to (guard.go):
// loopback only, a random token, its own Host and Origin, a strict content
// security policy. It serves what the binary holds and the functions of the
// exercises, and no path that a request names is ever opened.
//
// A tab is a session: what it runs ends when it closes, when it is idle for
// long, and with the server.
package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"nodebook/checker/internal/assist"
	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/interpreter"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/page"
	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/typecheck"
	"nodebook/checker/internal/workbook"
)

// Options are what a server is told.
type Options struct {
	Root   string // of the learner's workbook
	Book   *workbook.Book
	Engine judge.Engine        // the compiler
	Cells  *interpreter.Engine // interprets cells, and judges if there is no compiler; nil has all compiled
	Addr   string              // 127.0.0.1:0; "" is the port that the workbook had before
	Idle   time.Duration       // after which a tab that asks for nothing ends; 0 is half an hour
}

// Server is a running workbook.
type Server struct {
	opts   Options
	token  string
	ln     net.Listener
	host   string // 127.0.0.1:port, as the browser names us
	room   string // /RANDOM/, below which everything stands
	http   *http.Server
	tabs   *tabs
	watch  *watcher
	once   sync.Mutex // one check at a time
	mu     sync.Mutex
	pages  map[string]*page.Page
	inter  *cell.Interpreter
	kept   *keeper
	assist *assist.Assistant
	types  *typecheck.Workbook // for the values of last lines
}

const (
	firstPort = 8733 // of a workbook that was never open
	mostPorts = 20   // that are tried
)

// listen listens on the address, or, if that is "", on the workbook's own port: the
// one that it had before, or the first free one.
//
// Errors: [ErrNotLoopback]; [AlreadyOpen] if the workbook's server is there.
func listen(at string, known secret) (net.Listener, error) {
	if at != "" {
		addr, err := net.ResolveTCPAddr("tcp", at)
		if err != nil {
			return nil, err
		}
		if addr.IP == nil || !addr.IP.IsLoopback() {
			return nil, fmt.Errorf("%w: %s", ErrNotLoopback, at)
		}
		return net.ListenTCP("tcp", addr)
	}
	ports := []int{}
	if known.Port != 0 {
		ports = append(ports, known.Port)
	}
	for i := range mostPorts {
		ports = append(ports, firstPort+i)
	}
	for i, port := range append(ports, 0) {
		ln, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		if err == nil || port == 0 {
			return ln, err
		}
		if i == 0 && known.Port != 0 {
			if open, yes := known.serving(); yes {
				return nil, open
			}
		}
	}
	panic("unreachable")
}

// ErrNotLoopback refuses an address that others could reach.
var ErrNotLoopback = errors.New("not a loopback address")

// New listens. The address is known from then on; Serve answers.
func New(o Options) (*Server, error) {
	if o.Idle == 0 {
		o.Idle = 30 * time.Minute
	}
	known := openSecret(o.Root)
	ln, err := listen(o.Addr, known)
	if err != nil {
		return nil, err
	}
	if o.Addr == "" {
		known.Port = ln.Addr().(*net.TCPAddr).Port
	}
	// A workbook that cannot be written to is open for as long as this server runs.
	_ = known.save(o.Root)
	s := &Server{opts: o, token: known.Token, ln: ln, host: ln.Addr().String(), room: "/" + known.Room + "/", tabs: newTabs(), pages: map[string]*page.Page{},
		assist: assist.New(o.Root), types: &typecheck.Workbook{Root: o.Root}, kept: &keeper{dir: filepath.Join(o.Root, progress.Dir, "cells")}}
	if o.Cells != nil {
		s.inter = &cell.Interpreter{Engine: o.Cells}
	}
	s.http = &http.Server{
		Handler:           s.guard(s.routes()),
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    16 << 10,
	}
	return s, nil
}

// URL is the address to open, with the token.
func (s *Server) URL() string { return "http://" + s.host + s.room + "?token=" + s.token }

// Serve answers until ctx ends, then ends everything that still runs.
func (s *Server) Serve(ctx context.Context) error {
	w, err := watch(s.opts.Root, s.opts.Book)
	if err != nil {
		s.ln.Close()
		return err
	}
	s.watch = w
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// What a request runs is bound to ctx, so that Ctrl-C ends it.
	s.http.BaseContext = func(net.Listener) context.Context { return ctx }
	var work sync.WaitGroup
	work.Go(func() { w.run(ctx, s.tabs.fileChanged) })
	work.Go(func() { s.tabs.endIdle(ctx, s.opts.Idle) })
	work.Go(func() { s.assist.Complete(assist.Snippet{Source: "fmt.", Offset: 4, Names: cell.Std()}) }) // what it reads first takes longest
	work.Go(func() {
		<-ctx.Done()
		grace, stop := context.WithTimeout(context.Background(), 3*time.Second)
		defer stop()
		if s.http.Shutdown(grace) != nil {
			s.http.Close()
		}
	})
	err = s.http.Serve(s.ln)
	cancel()
	s.tabs.endAll()
	work.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// routes are all that there is to ask for.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.home)
	mux.HandleFunc("GET /{lesson}", s.lesson)
	mux.HandleFunc("GET /assets/{file}", s.asset)
	mux.HandleFunc("GET /{lesson}/pictures/{file}", s.picture)
	mux.HandleFunc("GET /show/{id}", s.document)
	mux.HandleFunc("GET /api/events", s.events)
	mux.HandleFunc("POST /api/run", s.run)
	mux.HandleFunc("POST /api/program", s.program)
	mux.HandleFunc("POST /api/interrupt", s.interrupt)
	mux.HandleFunc("GET /api/exercise", s.getExercise)
	mux.HandleFunc("PUT /api/exercise", s.putExercise)
	mux.HandleFunc("GET /api/solution", s.solution)
	mux.HandleFunc("POST /api/hint", s.hint)
	mux.HandleFunc("POST /api/check", s.check)
	mux.HandleFunc("GET /api/progress", s.progress)
	mux.HandleFunc("POST /api/complete", s.complete)
	mux.HandleFunc("POST /api/inspect", s.inspect)
	mux.HandleFunc("POST /api/problems", s.problems)
	mux.HandleFunc("POST /api/definition", s.definition)
	mux.HandleFunc("POST /api/uses", s.uses)
	mux.HandleFunc("POST /api/format", s.tidy)
	mux.HandleFunc("GET /api/cells", s.getCells)
	mux.HandleFunc("PUT /api/cells", s.putCells)
	mux.HandleFunc("GET /kept/{page}/{id}/{n}", s.keptDocument)
	mux.HandleFunc("POST /api/note", s.renderNote)
	return mux
}

// page is a lesson's page, rendered once.
func (s *Server) page(l *workbook.Lesson) (*page.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.pages[l.Name]; p != nil {
		return p, nil
	}
	p, err := page.New(l)
	if err == nil {
		s.pages[l.Name] = p
	}
	return p, err
}
