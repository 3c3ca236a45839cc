package kernel

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// protocolVersion is the version of the messaging protocol.
const protocolVersion = "5.4"

// header is the header of a message.
type header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"` // ISO 8601
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
}

// message is one message of a channel. On the wire it is the frames
//
//	identities... <IDS|MSG> signature header parent metadata content buffers...
//
// of which the signature covers the four after it.
type message struct {
	ids      [][]byte // where it came from
	header   header
	raw      json.RawMessage // the header as it came: the parent of the answers
	metadata json.RawMessage
	content  json.RawMessage
}

const delimiter = "<IDS|MSG>"

// mostFrames and mostContent bound a message.
const (
	mostFrames  = 64
	mostContent = 16 << 20 // bytes
)

var (
	errForm      = errors.New("not a message")
	errSignature = errors.New("signature: not made with the key of the connection file")
)

// signer signs messages with a key.
type signer []byte

func (k signer) sign(parts [][]byte) string {
	m := hmac.New(sha256.New, k)
	for _, p := range parts {
		m.Write(p)
	}
	return hex.EncodeToString(m.Sum(nil))
}

// parse reads a message's frames.
func (k signer) parse(frames [][]byte) (*message, error) {
	at := -1
	for i, f := range frames {
		if string(f) == delimiter {
			at = i
			break
		}
	}
	if at < 0 || len(frames) < at+6 || len(frames) > mostFrames {
		return nil, fmt.Errorf("%w: %d frames", errForm, len(frames))
	}
	parts := frames[at+2 : at+6]
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	if size > mostContent {
		return nil, fmt.Errorf("%w: %d bytes", errForm, size)
	}
	if !hmac.Equal([]byte(k.sign(parts)), frames[at+1]) {
		return nil, errSignature
	}
	m := &message{ids: frames[:at], raw: parts[0], metadata: parts[2], content: parts[3]}
	if err := json.Unmarshal(parts[0], &m.header); err != nil {
		return nil, fmt.Errorf("%w: header: %w", errForm, err)
	}
	return m, nil
}

// frames are a message of type kind that answers parent, which may be nil.
func (k signer) frames(ids [][]byte, session, kind string, parent *message, metadata, content any) ([][]byte, error) {
	h, err := json.Marshal(header{
		ID: rand.Text(), Session: session, Username: "kernel", Date: time.Now().UTC().Format(time.RFC3339Nano), Type: kind, Version: protocolVersion,
	})
	if err != nil {
		return nil, err
	}
	before := []byte("{}")
	if parent != nil {
		before = parent.raw
	}
	if metadata == nil {
		metadata = struct{}{}
	}
	md, err := json.Marshal(metadata)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	parts := [][]byte{h, before, md, body}
	frames := append([][]byte{}, ids...)
	frames = append(frames, []byte(delimiter), []byte(k.sign(parts)))
	return append(frames, parts...), nil
}
