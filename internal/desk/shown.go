package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// ShowPhotos (照片) sends the photos of a matter to whoever asks for them and may see it, and says how many.
func (a *Acts) ShowPhotos(by ledger.Actor, id ledger.CommitmentID) (int, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return 0, err
	}
	out, err := ledger.ShowPhotos(m.Commitment, by)
	if err != nil {
		return 0, err
	}
	_, err = a.tx.Apply(out)
	return len(out.Notices), err
}

// photoCause parts the cause of a photo into that of the words it belongs to and its hash; any other has none.
func photoCause(s string) (told, hash string) {
	rest, ok := strings.CutPrefix(s, ledger.PhotoCause+":")
	cut := strings.LastIndexByte(rest, ':')
	if !ok || cut < 0 {
		return s, ""
	}
	return rest[:cut], rest[cut+1:]
}

// photo makes the letter of one photo. It is dropped when the matter no longer has the photo, or when what it was
// to be judged by is decided; its words are for ways that cannot show it.
func (d *Desk) photo(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	told, hash := photoCause(del.Cause)
	c, err := parseCause(told)
	if err != nil {
		return words.Letter{}, err
	}
	n, drop, err := d.told(ctx, c, del)
	if err != nil || drop != "" {
		return words.Letter{Drop: drop}, err
	}
	all := strings.Fields(n.M.Photos)
	n.No = slices.Index(all, hash) + 1
	if n.No == 0 {
		return words.Letter{Drop: "照片已不在该事项中"}, nil
	}
	l := d.addressed(v, n)
	if l.Drop != "" {
		return l, nil
	}
	l.Photo = &words.Photo{SHA256: hash, Name: fmt.Sprintf("%s-%d", n.M.Code, n.No)}
	if c.act != "shown" {
		l.Photo.After = told
	}
	l.Message, err = d.Words.Say("notice/photo", n)
	return l, err
}
