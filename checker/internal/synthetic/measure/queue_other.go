//go:build unix && !linux

package main

import (
	"context"
	"errors"
)

func (b *bench) queue(context.Context, int, int, int) error {
	return errors.New("network namespaces are Linux's")
}
