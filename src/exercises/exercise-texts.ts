// All texts of the exercises, by language.

import type { Locale } from '../kernel/locale.ts'
import { englishTexts } from './exercise-texts-en.ts'
import { japaneseTexts } from './exercise-texts-ja.ts'
import type { ExerciseTexts } from './exercise-words.ts'

export const EXERCISE_TEXTS: Readonly<Record<Locale, ExerciseTexts>> = { en: englishTexts, ja: japaneseTexts }
