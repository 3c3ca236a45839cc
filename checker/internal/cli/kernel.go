package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/edit"
	"nodebook/checker/internal/kernel"

	"github.com/spf13/cobra"
)

func (a *app) kernel() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "kernel <connection-file>",
		Short: "Run the cells of a Jupyter notebook (Jupyter starts this)",
		Long: `Serve a Jupyter front end at the ports of its connection file. Jupyter starts this
itself; "checker kernel install" makes it known to Jupyter. The workbook is the one
that contains the notebook.`,
		Example: "  checker kernel install --user\n  checker export lesson1 > lesson1.ipynb",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := kernel.ReadConnection(args[0])
			if err != nil {
				return misuse("Jupyter writes the file and starts this command; to set it up, run \"checker kernel install --user\"", "%w", err)
			}
			book, err := a.book()
			if err != nil {
				return err
			}
			o := kernel.Options{Book: book, Engine: &compiler.Engine{}, Cells: &a.interpreter, Verb: verb}
			if o.Root, err = a.here(); err != nil {
				o.Trouble = fmt.Errorf("%w: put the notebook into the workbook's folder, which checker init makes", err)
			}
			ctx, cancel := context.WithCancel(cmd.Context())
			defer cancel()
			go watchParent(ctx, cancel)
			return kernel.Serve(ctx, c, o)
		},
	}
	cmd.AddCommand(a.installKernel())
	return cmd
}

// verb runs the checker again, for a notebook.
func verb(ctx context.Context, args []string, in io.Reader, out io.Writer) int {
	return Run(ctx, args, in, out, out)
}

// watchParent ends the kernel if the front end that has started it is gone.
func watchParent(ctx context.Context, end func()) {
	parent := os.Getppid()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if os.Getppid() != parent {
				end()
				return
			}
		}
	}
}

func (a *app) installKernel() *cobra.Command {
	user, prefix := false, ""
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Make the kernel known to Jupyter",
		Long: `Write the kernel specification "nodebook", so that Jupyter offers the kernel for new
notebooks and opens exported lessons with it. It names this very program: install
again after the program has moved.`,
		Example: "  checker kernel install --user",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			exe, err := os.Executable()
			if err != nil {
				return err
			}
			if strings.Contains(filepath.ToSlash(exe), "/go-build") {
				return misuse(`run "go install ./checker" first, then "checker kernel install"`, "this program was started by go run and will be gone")
			}
			dir, err := kernelFolder(user, prefix)
			if err != nil {
				return err
			}
			spec, err := json.MarshalIndent(map[string]any{
				"argv": []string{exe, "kernel", "{connection_file}"}, "display_name": "Nodebook (Go)", "language": "go",
				"interrupt_mode": "message", "metadata": struct{}{},
			}, "", " ")
			if err != nil {
				return err
			}
			file := filepath.Join(dir, "kernel.json")
			if err := edit.WriteFile(file, append(spec, '\n')); err != nil {
				return misuse("--user installs it only for you", "%w", err)
			}
			fmt.Fprintf(a.out, "wrote %s\n\nnext: checker export lesson1 > lesson1.ipynb, then jupyter notebook lesson1.ipynb\n", file)
			return nil
		},
	}
	cmd.Flags().BoolVar(&user, "user", false, "only for you; otherwise for everybody on this machine")
	cmd.Flags().StringVar(&prefix, "prefix", "", "below this `FOLDER`, such as that of a Python environment")
	return cmd
}

var errNoHome = errors.New("no home folder is known: use --prefix")

// kernelFolder is where Jupyter looks for kernels; see "Data files" in
// https://docs.jupyter.org/en/stable/use/jupyter-directories.html.
func kernelFolder(user bool, prefix string) (string, error) {
	const kernels = "kernels/nodebook"
	switch {
	case prefix != "":
		return filepath.Join(prefix, "share", "jupyter", kernels), nil
	case !user && runtime.GOOS == "windows":
		return filepath.Join(os.Getenv("PROGRAMDATA"), "jupyter", kernels), nil
	case !user:
		return filepath.Join("/usr/local/share/jupyter", kernels), nil
	case os.Getenv("JUPYTER_DATA_DIR") != "":
		return filepath.Join(os.Getenv("JUPYTER_DATA_DIR"), kernels), nil
	case runtime.GOOS == "windows":
		return filepath.Join(os.Getenv("APPDATA"), "jupyter", kernels), nil
	case os.Getenv("XDG_DATA_HOME") != "" && runtime.GOOS != "darwin":
		return filepath.Join(os.Getenv("XDG_DATA_HOME"), "jupyter", kernels), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errNoHome
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Jupyter", kernels), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter", kernels), nil
}
