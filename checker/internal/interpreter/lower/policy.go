package lower

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// policy says what a compiled function makes of values in an interface.
type policy struct {
	name    string
	pkg     string
	boxed   bool   // it prints, compares or keeps them: a box will do
	raw     bool   // it looks at their fields: it gets the core's value
	looks   bool   // it looks at their fields and types' names
	refused string // why it is not called at all
}

// boxedPackages only print, compare or keep the values they are given.
var boxedPackages = map[string]bool{
	"fmt": true, "nodebook/fixtures/show": true, "errors": true, "testing": true, "log": true, "context": true, "sync": true, "sync/atomic": true,
	"container/heap": true, "container/list": true, "container/ring": true, "sort": true, "io": true, "bufio": true,
	"github.com/stretchr/testify/assert": true, "github.com/stretchr/testify/require": true,
	"nodebook/fixtures/expect": true, "net/http": true, "net": true,
}

// inOneGoroutine are packages that call the functions they are given, and the
// methods of the values, in the goroutine that gives them.
var inOneGoroutine = map[string]bool{
	"testing": true, "testing/iotest": true, "testing/synctest": true, "fmt": true, "errors": true, "strings": true, "bytes": true, "sort": true, "io": true, "bufio": true,
	"encoding/binary": true, "encoding/json": true, "encoding/hex": true, "container/heap": true,
	"nodebook/fixtures/expect": true, "nodebook/fixtures/draw": true, "nodebook/fixtures/wire": true, "nodebook/fixtures/toycoin": true,
	"github.com/stretchr/testify/require": true, "github.com/stretchr/testify/assert": true,
}

// rawFuncs look at the fields of what they are given.
var rawFuncs = map[string]bool{
	"encoding/json.Marshal": true, "encoding/json.MarshalIndent": true, "encoding/json.Unmarshal": true,
	"(*encoding/json.Encoder).Encode": true, "(*encoding/json.Decoder).Decode": true,
	"encoding/binary.Read": true, "encoding/binary.Write": true, "encoding/binary.Size": true,
	"encoding/binary.Append": true, "encoding/binary.Encode": true, "encoding/binary.Decode": true,
	"fmt.Sscan": true, "fmt.Sscanf": true, "fmt.Sscanln": true, "fmt.Fscan": true, "fmt.Fscanf": true, "fmt.Fscanln": true,
	"fmt.Scan": true, "fmt.Scanf": true, "fmt.Scanln": true,
	"sort.Slice": true, "sort.SliceStable": true, "sort.SliceIsSorted": true,
	"github.com/jarcoal/httpmock.NewJsonResponder": true, "github.com/jarcoal/httpmock.NewJsonResponderOrPanic": true,
	"github.com/jarcoal/httpmock.NewJsonResponse": true,
}

// refusedFuncs mean something else in an interpreter.
var refusedFuncs = map[string]string{
	"runtime.Caller": "and the stack is the interpreter's", "runtime.Callers": "and the stack is the interpreter's",
	"runtime.Stack": "and the stack is the interpreter's", "runtime/debug.Stack": "and the stack is the interpreter's",
	"runtime/debug.PrintStack": "and the stack is the interpreter's", "runtime.FuncForPC": "and the stack is the interpreter's",
	"testing.AllocsPerRun": "and the interpreter allocates for itself", "testing.Benchmark": "and the interpreter is not what is measured",
	"runtime.SetFinalizer": "and the interpreter keeps values for itself", "runtime.AddCleanup": "and the interpreter keeps values for itself",
	"(*runtime.MemStats).Alloc": "and the interpreter allocates for itself",
	"os.Executable":             "and the program is the checker",
}

func policyOf(obj *types.Func) policy {
	full := obj.FullName()
	p := policy{name: full, refused: refusedFuncs[full]}
	if obj.Pkg() == nil {
		return policy{name: full, boxed: true} // error.Error
	}
	p.pkg = obj.Pkg().Path()
	p.looks = p.pkg == "nodebook/fixtures/show"
	p.raw = rawFuncs[full]
	p.boxed = boxedPackages[obj.Pkg().Path()] && !p.raw
	return p
}

// formats makes sure that a format does not ask for what a box cannot show: the
// name of its type, or its value as Go source.
func (f *fn) formats(x *ast.CallExpr) {
	boxed := false
	for _, arg := range x.Args {
		tv := f.info.Types[arg]
		boxed = boxed || tv.IsValue() && !isTuple(f.typeOf(arg)) && f.p.meansMore(f.typeOf(arg))
	}
	if !boxed {
		return
	}
	for _, arg := range x.Args {
		tv := f.info.Types[arg]
		if tv.Value == nil || tv.Value.Kind() != constant.String {
			continue
		}
		s := constant.StringVal(tv.Value)
		for _, verb := range []string{"%T", "%#v", "%p"} {
			if strings.Contains(s, verb) {
				beyond(arg.Pos(), "prints a value of its own type with %s", verb)
			}
		}
	}
}

// looksAt makes sure that a function that looks at the fields of its arguments, and at
// their types' names, gets none of a type that only the compiler could give it.
func (f *fn) looksAt(x *ast.CallExpr) {
	for _, arg := range x.Args {
		tv := f.info.Types[arg]
		if !tv.IsValue() && !isTuple(tv.Type) {
			continue
		}
		of := []types.Type{f.typeOf(arg)}
		if tuple, ok := of[0].(*types.Tuple); ok {
			of = of[:0]
			for v := range tuple.Variables() {
				of = append(of, v.Type())
			}
		}
		for _, t := range of {
			if !types.IsInterface(t) && f.p.meansMore(t) {
				beyond(arg.Pos(), "shows a value of its own type")
			}
		}
	}
}
