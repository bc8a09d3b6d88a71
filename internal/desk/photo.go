package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"

	"duban/internal/fault"
	"duban/internal/photo"
	"duban/internal/store"
)

// MaxPhoto is the largest photo taken, in bytes.
const MaxPhoto = 10 << 20

var photoTypes = []string{"image/jpeg", "image/png", "image/webp"}

// Photo keeps a photo and gives the hash it is kept under. What it is its bytes say:
// a content type that somebody declares proves nothing. What it tells besides the picture, such as where it
// was taken, is cut off before it is kept or hashed.
func (a *Acts) Photo(data []byte) (string, error) {
	found := http.DetectContentType(data)
	switch {
	case len(data) > MaxPhoto:
		return "", fault.New(fault.Invalid, "照片超过10MB，请压缩后再发。")
	case !slices.Contains(photoTypes, found):
		return "", fault.New(fault.Invalid, "只能收JPG、PNG或WebP格式的照片，请转换后再发。")
	}
	data, err := photo.Clean(found, data)
	if err != nil {
		return "", fault.New(fault.Invalid, "照片文件不完整，没有收下，请重新拍摄或另存后再发。").Because(err)
	}
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	return hash, a.tx.Keep(store.Blob{SHA256: hash, ContentType: found, Data: data})
}
