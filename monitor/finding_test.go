package monitor

import "testing"

// A share is told from a count by its limit, or where there is none by being a part of one.
func TestIsRate(t *testing.T) {
	window := &Window{Days: 90}
	for name, c := range map[string]struct {
		value, limit *float64
		window       *Window
		want         bool
	}{
		"a rate over a window":          {new(0.032), new(0.04), window, true},
		"a rate of nothing yet":         {nil, new(0.04), window, true},
		"all of a window":               {new(1.0), new(0.04), window, true},
		"a share without a limit":       {new(0.87), nil, window, true},
		"three buyers, and three is it": {new(3.0), new(3.0), window, false},
		"one buyer within a window":     {new(1.0), nil, window, false},
		"hours":                         {new(36.0), new(24.0), nil, false},
		"no value at all":               {nil, nil, window, false},
	} {
		if got := (Finding{Value: c.value, Limit: c.limit, Window: c.window}).IsRate(); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}
