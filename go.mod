module duban

go 1.26

require github.com/bastengao/chinese-holidays-go v1.7.0
