package exports

import (
	"encoding/binary"
	"math/bits"
)

// cuts is a line without quotes and the places where it is cut into cells. It is searched 64 bytes at a time, for most cells
// are shorter than a search for the next delimiter is quick, and as far as somebody asks: half of a line of All Orders is
// never asked for.
type cuts struct {
	text  []byte
	delim byte
	at    int                      // what comes before has been searched
	known int                      // cells that were found
	begin [maxColumns + 2 + 64]int // where they begin, and where the next one would
}

// of takes the next line.
func (c *cuts) of(text []byte, delim byte) {
	c.text, c.delim, c.at, c.known = text, delim, 0, 0
}

// has says whether there is a cell, of maxColumns, and cuts as far as that.
func (c *cuts) has(i int) bool {
	known := c.known
	for known <= i && c.at <= len(c.text) {
		next := c.at + 1
		for found := standsIn(c.text[c.at:], c.delim); found != 0; found &= found - 1 {
			known++
			c.begin[known] = next + bits.TrailingZeros64(found)
		}
		if c.at += 64; c.at > len(c.text) {
			known++
			c.begin[known] = len(c.text) + 1
		}
	}
	c.known = known
	return i < known
}

// cell returns a cell that was found.
func (c *cuts) cell(i int) []byte { return c.text[c.begin[i] : c.begin[i+1]-1] }

// standsIn returns which of the first 64 bytes are c, as bits from the lowest on. c is not 0.
func standsIn(b []byte, c byte) uint64 {
	if len(b) < 64 {
		var padded [64]byte
		copy(padded[:], b)
		return standsIn(padded[:], c)
	}
	all := uint64(c) * 0x0101010101010101
	return standsIn8(b, all) | standsIn8(b[8:], all)<<8 | standsIn8(b[16:], all)<<16 | standsIn8(b[24:], all)<<24 |
		standsIn8(b[32:], all)<<32 | standsIn8(b[40:], all)<<40 | standsIn8(b[48:], all)<<48 | standsIn8(b[56:], all)<<56
}

// standsIn8 does so for 8 bytes, of a character that is repeated in all.
func standsIn8(b []byte, all uint64) uint64 {
	const lows = 0x7f7f7f7f7f7f7f7f
	x := binary.LittleEndian.Uint64(b) ^ all                               // the character becomes 0
	return (^((x&lows + lows) | x | lows) >> 7) * 0x0102040810204080 >> 56 // then 1 and all others 0, and these bits go side by side
}
