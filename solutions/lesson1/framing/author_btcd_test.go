package framing_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"

	"github.com/btcsuite/btcd/chaincfg/chainhash"
	btcd "github.com/btcsuite/btcd/wire"
	"github.com/stretchr/testify/require"
)

// btcdReason is the check at which btcd refuses a message, as one of our
// errors. nil means that btcd got past the envelope: it took the message, or it
// does not know the command, or it did not like the payload.
func btcdReason(b []byte, magic framing.Magic) error {
	_, _, _, err := btcd.ReadMessageN(bytes.NewReader(b), btcd.ProtocolVersion, btcd.BitcoinNet(magic))
	var refused *btcd.MessageError
	switch {
	case err == nil:
		return nil
	case len(b) < framing.HeaderSize && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
		return err
	case errors.As(err, &refused) && strings.Contains(err.Error(), "max message payload"):
		return framing.ErrTooLarge
	case errors.As(err, &refused) && strings.Contains(err.Error(), "other network"):
		return framing.ErrMagic
	case errors.As(err, &refused) && strings.Contains(err.Error(), "invalid command"):
		return framing.ErrCommand
	case errors.As(err, &refused) && strings.Contains(err.Error(), "payload checksum failed"):
		return framing.ErrChecksum
	}
	return nil
}

// agree compares our verdict with btcd's. btcd differs on purpose in this: it
// bounds a payload at 32 MiB and again by its command, it takes any UTF-8 for a
// name and cuts NULs off its end only, and it looks at the checksum of none but
// the commands it knows.
func agree(t *testing.T, b []byte, magic framing.Magic) {
	t.Helper()
	_, ours := framing.ReadMessage(bytes.NewReader(b), magic)
	theirs := btcdReason(b, magic)
	if theirs == nil {
		return
	}
	length := uint32(0)
	if len(b) >= framing.HeaderSize {
		length = binary.LittleEndian.Uint32(b[16:])
	}
	if length > framing.MaxPayload && length <= btcd.MaxMessagePayload {
		require.ErrorIs(t, ours, framing.ErrTooLarge, "%x", b)
		return
	}
	require.ErrorIs(t, ours, theirs, "%x", b)
}

func TestReadMessage_btcdVectors(t *testing.T) {
	for _, v := range wire.All(".") {
		agree(t, v.Bytes, framing.Mainnet)
	}
}

// What we take with a command that btcd knows, btcd takes, and with the same payload.
func TestReadMessage_btcdGood(t *testing.T) {
	known := 0
	for _, v := range append(wire.All("message"), wire.All("version")...) {
		if !v.Good() {
			continue
		}
		magic := magicOf(t, v)
		ours, err := framing.ReadMessage(bytes.NewReader(v.Bytes), magic)
		require.NoError(t, err, v.Name)
		msg, payload, err := btcd.ReadMessage(bytes.NewReader(v.Bytes), btcd.ProtocolVersion, btcd.BitcoinNet(magic))
		if errors.Is(err, btcd.ErrUnknownMessage) {
			continue
		}
		require.NoError(t, err, v.Name)
		require.Equal(t, msg.Command(), ours.Command, v.Name)
		require.Equal(t, payload, ours.Payload, v.Name)
		known++
	}
	require.Greater(t, known, 8, "vectors that btcd knows")
}

// What btcd writes, we read; what we write, btcd has written.
func TestAppendMessage_btcd(t *testing.T) {
	d := draw.From(t)
	for range 200 {
		messages := []btcd.Message{
			btcd.NewMsgPing(d.Uint64()), btcd.NewMsgPong(d.Uint64()), btcd.NewMsgVerAck(), btcd.NewMsgGetAddr(),
			btcd.NewMsgFeeFilter(int64(d.Uint32())), btcd.NewMsgSendHeaders(), btcd.NewMsgMemPool(),
		}
		inv := btcd.NewMsgInv()
		for range d.Between(0, 50) {
			require.NoError(t, inv.AddInvVect(btcd.NewInvVect(btcd.InvTypeTx, (*chainhash.Hash)(d.Bytes(32)))))
		}
		for _, msg := range append(messages, inv) {
			magic := framing.Magic(d.Uint32())
			var b bytes.Buffer
			require.NoError(t, btcd.WriteMessage(&b, msg, btcd.ProtocolVersion, btcd.BitcoinNet(magic)))
			m, err := framing.ReadMessage(bytes.NewReader(b.Bytes()), magic)
			require.NoError(t, err)
			require.Equal(t, msg.Command(), m.Command)
			again, err := framing.AppendMessage(nil, magic, m)
			require.NoError(t, err)
			require.Equal(t, b.Bytes(), again)
		}
	}
}

func FuzzReadMessage_btcd(f *testing.F) {
	seed(f, func(b []byte) []byte { return b })
	f.Fuzz(func(t *testing.T, b []byte) { agree(t, b, framing.Mainnet) })
}
