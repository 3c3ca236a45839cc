package intake

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
)

// errLocked is the error of an entry that needs a password.
var errLocked = errors.New("encrypted")

func (r *reader) zip(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	return r.unzip(f)
}

func (r *reader) unzip(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return &damage{err}
	}
	for _, e := range z.File {
		err := r.entry(e.Name, e.Mode(), func() (io.ReadCloser, error) {
			if e.Flags&1 != 0 {
				return nil, errLocked
			}
			return e.Open()
		})
		if errors.Is(err, errFull) {
			return nil
		}
		if err != nil {
			return &damage{err}
		}
	}
	return nil
}

func (r *reader) tar(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	return r.untar(f, file)
}

func (r *reader) untar(f *os.File, file string) (err error) {
	var in io.Reader = f
	if !strings.HasSuffix(strings.ToLower(file), ".tar") {
		if in, err = gzip.NewReader(f); err != nil {
			return &damage{err}
		}
	}
	limited := &io.LimitedReader{R: in, N: mostBytes}
	t := tar.NewReader(limited)
	for {
		h, err := t.Next()
		switch {
		case limited.N <= 0:
			r.note("the archive has more than %d MiB: the rest was not looked at", mostBytes>>20)
			return nil
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return &damage{err}
		}
		mode := h.FileInfo().Mode()
		if h.Typeflag == tar.TypeLink {
			mode |= fs.ModeSymlink
		}
		err = r.entry(h.Name, mode, func() (io.ReadCloser, error) { return io.NopCloser(t), nil })
		if errors.Is(err, errFull) {
			return nil
		}
		if err != nil {
			return &damage{err}
		}
	}
}
