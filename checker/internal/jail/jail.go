// Package jail runs one program with nothing else around it.
//
// On Linux the jail is bubblewrap: namespaces of its own for users, processes,
// network, IPC and host name; a file system that holds what was asked for,
// read-only, and a small memory file system at /tmp; a loopback interface and no
// other; a filter for the system calls that no Go program needs; limits on
// memory, processor time, file sizes and descriptors, set before the program's
// first instruction. The program's end, or the death of the one that started
// it, ends everything that it started.
//
// On other systems there is no jail: [Open] says so, and [Bare] runs a program
// bare, with what limits there are. docs/threat-model.md says what that means.
package jail

import (
	"context"
	"errors"
	"os"
	"time"
)

// ErrUnavailable wraps the reason why no jail can be started here.
var ErrUnavailable = errors.New("no jail can be started")

// ErrMachine wraps what the machine, not the program in the jail, is to blame
// for: no process, no memory, no file could be had.
var ErrMachine = errors.New("the machine failed")

// Limits bound a program. A zero field is no limit.
type Limits struct {
	Wall     time.Duration
	CPU      time.Duration // of processor time, rounded up to a second
	Memory   int64         // bytes of data (RLIMIT_DATA), or resident where Resident
	Resident bool          // measure resident memory instead: the race detector reserves too much for RLIMIT_DATA
	Tasks    int           // processes and threads at once
	Output   int64         // bytes of standard output and error together
	Channel  int64         // bytes on the channel
	FileSize int64         // bytes a file
	Files    uint64        // open descriptors
}

// Spec is a program and its surroundings.
type Spec struct {
	Argv  []string          // the program's path inside the jail comes first
	Env   []string          // all of its environment
	Dir   string            // the folder it starts in, inside the jail
	Read  map[string]string // outside path by inside path, read-only
	Write map[string]string // outside path by inside path, writable
	Proc  bool              // mount /proc, which the race detector needs
	Tmp   int64             // bytes that /tmp may hold; 0 is no /tmp
	Forks bool              // the program may start processes
	Limits

	// Channel gives the program a socket as descriptor 3. Hello is the first thing
	// written to it; Line gets each line that the program writes to it.
	Line  func([]byte)
	Hello []byte

	// Ends are given to the program as descriptors 3 and up instead.
	Ends []*os.File

	// Out gets what the program writes to standard output and error, as it comes.
	Out func([]byte)
}

// Stop says which limit ended a program; the zero Stop is none.
type Stop string

// What can stop a program.
const (
	Wall      Stop = "wall time"
	CPU       Stop = "processor time"
	Memory    Stop = "memory"
	Tasks     Stop = "tasks"
	Output    Stop = "output"
	Channel   Stop = "results"
	Cancelled Stop = "cancelled"
)

// Result is how a program ended.
type Result struct {
	Stop   Stop
	Exit   int           // -1 where a signal ended it
	Took   time.Duration // on the clock
	Used   time.Duration // of processors
	Waited time.Duration // ready to run, but for a processor, as far as that was seen (Linux)
}

// Pid is the process number that a program has in its jail.
const Pid = 2

// None is the name of no jail.
const None = "none"

// Jail runs programs.
type Jail interface {
	// Name is how results record it: bubblewrap, or none.
	Name() string
	// Run runs a program to its end. The error, an [ErrMachine], is for what kept
	// it from running.
	Run(ctx context.Context, s *Spec) (Result, error)
}

// files are descriptors to be closed together.
type files []*os.File

func (f files) Close() {
	for _, x := range f {
		if x != nil {
			x.Close()
		}
	}
}
