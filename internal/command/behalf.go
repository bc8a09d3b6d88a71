package command

import (
	"context"

	"duban/internal/fault"
)

// behalfOf answers 代报 that names nobody; one that names somebody was read before as what that person says.
func behalfOf(context.Context, *turn, intent) (step, error) {
	return nil, fault.New(fault.NotFound, "没有找到您要代办的同志，请写明姓名，例如：代报 王敏 华兴 65%")
}
