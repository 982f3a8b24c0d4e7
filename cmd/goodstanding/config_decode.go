package main

import (
	"fmt"
	"log/slog"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/pelletier/go-toml/v2/unstable"
)

// decoder puts a TOML tree into structs and collects everything that does not fit. A setting with a mistake keeps its
// default.
type decoder struct {
	mistakes []Mistake
	lines    map[string]int // of every key and section of the file
	checks   []checkCopy    // whose keys a file could have, too: for suggestions
}

// settingField is a field of a struct under the name that it has in the file.
type settingField struct {
	key   string
	help  string // for the example file; may be empty
	value reflect.Value
}

// settingFields lists the fields of a struct that are settings: the exported ones, by their names in snake_case, but for
// those that a tag names otherwise, or "-".
func settingFields(v reflect.Value) []settingField {
	var fields []settingField
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key := f.Tag.Get("toml")
		if !f.IsExported() || key == "-" {
			continue
		}
		if key == "" {
			key = snakeCase(f.Name)
		}
		fields = append(fields, settingField{key, f.Tag.Get("help"), v.Field(i)})
	}
	return fields
}

// snakeCase turns MaxUnknown into max_unknown and SKUShare into sku_share.
func snakeCase(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		begins := unicode.IsUpper(r) && i > 0 &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if begins {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	levelType    = reflect.TypeFor[slog.Level]()
)

// settable says whether a setting of the type can be written in a file.
func settable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Float64:
		return true
	case reflect.Slice:
		return t.Elem().Kind() == reflect.String
	default:
		return t == durationType
	}
}

func (d *decoder) say(n *tomlNode, path, format string, a ...any) {
	d.mistakes = append(d.mistakes, Mistake{Line: n.line, Key: path, Problem: fmt.Sprintf(format, a...)})
}

// table puts a section into fields.
func (d *decoder) table(n *tomlNode, path string, fields []settingField) {
	for _, key := range n.keys {
		child := n.table[key]
		full := dotted(path, key)
		i := slices.IndexFunc(fields, func(f settingField) bool { return f.key == key })
		if i < 0 {
			var siblings []string
			for _, f := range fields {
				siblings = append(siblings, f.key)
			}
			d.unknown(child, path, key, siblings)
			continue
		}
		d.value(child, full, fields[i].value)
	}
}

// unknown notes a key that does not exist. It suggests one of the same section, or the place where that key belongs.
func (d *decoder) unknown(n *tomlNode, path, key string, siblings []string) {
	suggestion := nearest(key, siblings)
	if suggestion == "" {
		for _, k := range knownKeys(d.checks) {
			section, name, found := cutLast(k)
			if name != key {
				continue
			}
			if suggestion = k; !found || section == "" {
				suggestion = k + ", before the first [section]"
			}
			break
		}
	}
	d.mistakes = append(d.mistakes, Mistake{Line: n.line, Key: dotted(path, key), Problem: "unknown key", Suggestion: suggestion})
}

// dotted joins a section and a key. A part that is no plain TOML key is quoted, so that it cannot pass for another.
func dotted(path, key string) string {
	plain := key != "" && strings.IndexFunc(key, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-')
	}) < 0
	if !plain {
		key = fmt.Sprintf("%q", key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// cutLast splits a dotted key before its last part.
func cutLast(key string) (section, name string, found bool) {
	i := strings.LastIndexByte(key, '.')
	if i < 0 {
		return "", key, false
	}
	return key[:i], key[i+1:], true
}

// value puts one node into one field.
func (d *decoder) value(n *tomlNode, path string, into reflect.Value) {
	d.lines[path] = n.line
	switch into.Type() {
	case durationType:
		d.duration(n, path, into)
		return
	case levelType:
		d.level(n, path, into)
		return
	}
	switch into.Kind() {
	case reflect.String:
		if s, ok := n.value.(string); ok {
			into.SetString(s)
			return
		}
		d.wrongType(n, path, `text in quotes`)
	case reflect.Bool:
		if b, ok := n.value.(bool); ok {
			into.SetBool(b)
			return
		}
		d.wrongType(n, path, "true or false, without quotes")
	case reflect.Int:
		if i, ok := n.value.(int64); ok && !into.OverflowInt(i) {
			into.SetInt(i)
			return
		}
		d.wrongType(n, path, "a whole number")
	case reflect.Float64:
		d.float(n, path, into)
	case reflect.Pointer:
		v := reflect.New(into.Type().Elem())
		before := len(d.mistakes)
		d.value(n, path, v.Elem())
		if len(d.mistakes) == before {
			into.Set(v)
		}
	case reflect.Slice:
		d.slice(n, path, into)
	case reflect.Struct:
		if n.kind != unstable.Table {
			d.wrongType(n, path, "a section ["+path+"]")
			return
		}
		d.table(n, path, settingFields(into))
	case reflect.Map:
		if n.kind != unstable.Table {
			d.wrongType(n, path, "sections ["+path+".NAME]")
			return
		}
		if into.IsNil() {
			into.Set(reflect.MakeMap(into.Type()))
		}
		for _, key := range n.keys {
			v := reflect.New(into.Type().Elem()).Elem()
			d.value(n.table[key], dotted(path, key), v)
			into.SetMapIndex(reflect.ValueOf(key).Convert(into.Type().Key()), v)
		}
	default:
		panic(fmt.Sprintf("setting %s has the type %s, which no file can hold", path, into.Type()))
	}
}

func (d *decoder) slice(n *tomlNode, path string, into reflect.Value) {
	elem := into.Type().Elem()
	want := `a list such as ["a", "b"]`
	if elem.Kind() == reflect.Struct {
		want = "sections [[" + path + "]]"
	}
	if n.kind != unstable.Array {
		d.wrongType(n, path, want)
		return
	}
	list := reflect.MakeSlice(into.Type(), 0, len(n.list))
	for i, item := range n.list {
		v := reflect.New(elem).Elem()
		d.value(item, fmt.Sprintf("%s[%d]", path, i+1), v)
		list = reflect.Append(list, v)
	}
	into.Set(list)
}

func (d *decoder) float(n *tomlNode, path string, into reflect.Value) {
	switch v := n.value.(type) {
	case int64:
		into.SetFloat(float64(v))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			d.say(n, path, "want a finite number, such as 0.5")
			return
		}
		into.SetFloat(v)
	default:
		d.wrongType(n, path, "a number, such as 0.5")
	}
}

func (d *decoder) duration(n *tomlNode, path string, into reflect.Value) {
	s, ok := n.value.(string)
	if !ok {
		d.wrongType(n, path, `a duration in quotes, such as "90s" or "36h"`)
		return
	}
	v, err := time.ParseDuration(s)
	if err != nil {
		d.say(n, path, `%q is no duration; write "90s", "15m" or "36h" (the longest unit is h)`, s)
		return
	}
	into.SetInt(int64(v))
}

func (d *decoder) level(n *tomlNode, path string, into reflect.Value) {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	s, ok := n.value.(string)
	if !ok {
		d.wrongType(n, path, "text in quotes")
		return
	}
	v, ok := levels[s]
	if !ok {
		d.mistakes = append(d.mistakes, Mistake{Line: n.line, Key: path, Problem: fmt.Sprintf(`%q is no level; write "debug", "info", "warn" or "error"`, s),
			Suggestion: nearest(s, []string{"debug", "info", "warn", "error"})})
		return
	}
	into.SetInt(int64(v))
}

// wrongType notes a value of the wrong kind. It does not repeat the value, which may be a secret.
func (d *decoder) wrongType(n *tomlNode, path, want string) {
	got := "a date"
	switch n.kind {
	case unstable.Table:
		got = "a section"
	case unstable.Array:
		got = "a list"
	case unstable.String:
		got = "text in quotes"
	case unstable.Bool:
		got = "true or false"
	case unstable.Integer:
		got = "a whole number"
	case unstable.Float:
		got = "a number with a fraction"
	}
	d.say(n, path, "want %s, got %s", want, got)
}
