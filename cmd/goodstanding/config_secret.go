package main

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a text that is never shown: however it is printed, logged or written as JSON, it comes out as ***, or as
// nothing where there is none. Only string(s) tells it, and go-toml, which asks no string how it wants to be written:
// never write a configuration back with that.
type Secret string

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// Format implements fmt.Formatter. Without it a verb that does not fit, such as %d, would print the secret itself in the
// message about that.
func (s Secret) Format(f fmt.State, _ rune) {
	// What is formatted has nowhere to report a failure to.
	_, _ = io.WriteString(f, s.String())
}

// MarshalText implements encoding.TextMarshaler.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
