-- +goose Up
UPDATE `commitments` SET `level` = 1 WHERE `kind` = 'problem';
