package ibd

import (
	"encoding/binary"
	"errors"
	"fmt"

	"nodebook/lessons/lesson1/framing"
	"nodebook/lessons/lesson7/block"
)

// File is what a [Log] needs of a file; an *os.File has it.
type File interface {
	ReadAt(b []byte, offset int64) (int, error)
	WriteAt(b []byte, offset int64) (int, error)
	Truncate(size int64) error
	Sync() error
}

const (
	recordHead = 8             // bytes before each payload: the magic number and the length
	maxRecord  = 1_000_000_000 // bytes of a payload; more is damage
)

var (
	errTorn   = errors.New("the record is cut short")
	errRecord = errors.New("no such record")
)

// Log is a file of records, each of which is about a block: the magic number of the
// network, a length, a payload. Records are added at the end, and one that was cut
// short by a crash is cut off.
type Log struct {
	file   File
	magic  framing.Magic
	name   func(payload []byte) block.Hash // of which block a payload is, from its first 80 bytes
	size   int64                           // of the whole records
	at     map[block.Hash]span
	record []byte // the last one, whose memory the next one gets
}

// span is where a payload is.
type span struct {
	offset int64
	size   int
}

// openLog finds the records of a file. each is called for them in their order.
func openLog(f File, magic framing.Magic, name func([]byte) block.Hash) (*Log, []block.Hash, error) {
	l := &Log{file: f, magic: magic, name: name, at: map[block.Hash]span{}}
	var order []block.Hash
	for {
		h, s, err := l.next()
		if err != nil {
			break // a torn record, or the end
		}
		l.at[h] = s
		l.size = s.offset + int64(s.size)
		order = append(order, h)
	}
	return l, order, f.Truncate(l.size)
}

// next reads the head of the record after the last whole one.
func (l *Log) next() (block.Hash, span, error) {
	head := make([]byte, recordHead+block.HeaderSize)
	n, _ := l.file.ReadAt(head, l.size)
	if n < recordHead || framing.Magic(binary.LittleEndian.Uint32(head)) != l.magic {
		return block.Hash{}, span{}, errTorn
	}
	size := binary.LittleEndian.Uint32(head[4:])
	if size < block.HashSize || size > maxRecord {
		return block.Hash{}, span{}, errTorn
	}
	s := span{offset: l.size + recordHead, size: int(size)}
	if _, err := l.file.ReadAt(make([]byte, 1), s.offset+int64(s.size)-1); err != nil {
		return block.Hash{}, span{}, errTorn
	}
	return l.name(head[recordHead:n]), s, nil
}

// cut removes a record and all after it.
func (l *Log) cut(h block.Hash) error {
	from := l.at[h].offset - recordHead
	for h, s := range l.at {
		if s.offset > from {
			delete(l.at, h)
		}
	}
	l.size = from
	return l.file.Truncate(from)
}

// Has reports whether there is a record about a block.
func (l *Log) Has(h block.Hash) bool { _, ok := l.at[h]; return ok }

// Append adds a record about a block. It may not be on the disk before Sync.
func (l *Log) Append(h block.Hash, payload []byte) error {
	b := binary.LittleEndian.AppendUint32(l.record[:0], uint32(l.magic))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(payload)))
	b = append(b, payload...)
	l.record = b
	if _, err := l.file.WriteAt(b, l.size); err != nil {
		return err
	}
	l.at[h] = span{offset: l.size + recordHead, size: len(payload)}
	l.size += int64(len(b))
	return nil
}

// Read returns the payload of the last record about a block.
func (l *Log) Read(h block.Hash) ([]byte, error) {
	s, ok := l.at[h]
	if !ok {
		return nil, fmt.Errorf("block %s: %w", h, errRecord)
	}
	b := make([]byte, s.size)
	_, err := l.file.ReadAt(b, s.offset)
	return b, err
}

// Sync waits until all records are on the disk.
func (l *Log) Sync() error { return l.file.Sync() }

// blockName is the hash of the header at the start of a block.
func blockName(payload []byte) block.Hash {
	return framing.Hash256(payload[:min(len(payload), block.HeaderSize)])
}

// undoName is the hash at the start of an undo record.
func undoName(payload []byte) block.Hash { return block.Hash(payload[:block.HashSize]) }
