package links

import (
	"strings"
	"sync"
)

// commonNames and commonPlaces are shares of words that are frequent everywhere, for lists too short to show it. They are
// rounded from national registers of names; only their order of magnitude matters.
var commonNames = shares(map[float64]string{
	0.01: `john james robert michael william david maria mohammed muhammad wang li zhang chen liu`,
	0.005: `smith johnson williams brown jones garcia miller davis mary patricia jennifer linda elizabeth richard joseph thomas charles daniel matthew anthony mark paul peter
		andrew sarah anna hans martin michel jean pierre jose antonio juan francisco giuseppe giovanni yang huang zhao wu zhou xu sun ma zhu lin kumar singh ali ahmed khan
		muller schmidt nguyen kim lee park green taylor wilson white jack joshua emma`,
	0.002: `schneider fischer weber meyer wagner becker schulz hoffmann dubois durand moreau laurent rossi russo ferrari esposito bianchi romano gonzalez rodriguez fernandez lopez
		martinez sanchez perez novak kowalski nowak jansen devries bakker visser andersson johansson karlsson svensson tanaka sato suzuki takahashi walker hall young king
		wright scott hill clark lewis robinson thompson harris jackson moore allen evans roberts campbell mitchell ryan kelly murphy webb clarke barbara susan jessica
		karen nancy lisa sandra thomas andreas stefan christian alexander julia laura sophie lucas oliver george harry charlie steven stephen brian kevin jason`,
})

var commonPlaces = shares(map[float64]string{
	0.3:  `street road strasse avenue`,
	0.1:  `drive lane court place close crescent north south east west rue via calle boulevard`,
	0.03: `london berlin paris madrid rome roma milano munchen hamburg wien york angeles san los city new main high park church hill sydney melbourne germany france`,
	0.01: `square terrace parade highway parkway grove way gardens mount village building center haupt bahnhof garten schul manchester birmingham chicago houston
		barcelona koln frankfurt amsterdam warszawa shenzhen guangdong guangzhou hangzhou zhejiang station second third fourth fifth`,
})

func shares(by map[float64]string) func() map[string]float64 {
	return sync.OnceValue(func() map[string]float64 {
		all := map[string]float64{}
		for share, text := range by {
			for w := range strings.FieldsSeq(text) {
				all[w] = max(all[w], share)
			}
		}
		return all
	})
}
