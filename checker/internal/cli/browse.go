package cli

import (
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// canOpenBrowser reports whether somebody is at this machine to see a browser: the output
// is a terminal, no CI runs, nobody is logged in from elsewhere, and there is a display.
func (a *app) canOpenBrowser() bool {
	if !isTerminal(a.out) || os.Getenv("CI") != "" || os.Getenv("SSH_CONNECTION") != "" {
		return false
	}
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// openBrowser opens an address that carries a token. Other users of this machine see the
// arguments of every process, so the browser gets the name of a file that they cannot
// read, and that leads to the address. The file is in the workbook's own folder, and its
// name has no dot in front: a browser from a snap reads nothing else. Remove it by done.
func openBrowser(root, url string) (done func()) {
	file := filepath.Join(root, "open-workbook.html")
	done = func() { os.Remove(file) }
	done() // one that was left, whoever may read it
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return func() {}
	}
	at := html.EscapeString(url)
	fmt.Fprintf(f, "<!doctype html><meta charset=\"utf-8\"><title>Nodebook</title><meta http-equiv=\"refresh\" content=\"0;url=%s\"><a href=\"%s\">Open the workbook</a>\n", at, at)
	f.Close()
	name, args := "xdg-open", []string{file}
	switch runtime.GOOS {
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", file}
	case "darwin":
		name = "open"
	}
	cmd := exec.Command(name, args...)
	if cmd.Start() == nil {
		go cmd.Wait() // it ends when it has told the browser
	}
	return done
}
