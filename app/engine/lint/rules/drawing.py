"""Rules about the drawing of a diagram and its file format."""

from typing import Final

from app.domain.problems import warning

NO_SHAPE: Final = warning(
    "drawing.no_shape",
    "Элемент схемада сызылмаған. Редакторда ашып, орнын көрсетіңіз.",
    "Элемент не нарисован на схеме. Откройте её в редакторе и поставьте его на место.",
    "The element is not drawn. Open the diagram in the editor and put it in its place.",
)
NO_DRAWING: Final = warning(
    "drawing.missing",
    "Файлда сызба жоқ: оны редакторда көру мүмкін болмайды. Сызбасымен қайта сақтаңыз.",
    "В файле нет рисунка: в редакторе его не увидеть. Сохраните его вместе с рисунком.",
    "The file has no drawing: it cannot be seen in the editor. Save it with its drawing.",
)
SHAPE_OF_NOTHING: Final = warning(
    "drawing.dangling",
    "Сызбада жоқ «{id}» элементінің пішіні бар. Пішінді өшіріңіз.",
    "На рисунке есть фигура элемента «{id}», которого нет. Удалите фигуру.",
    "The drawing has a shape of the element “{id}”, which does not exist. Delete the shape.",
)
SCHEMA: Final = warning(
    "file.schema",
    "{line}-жол BPMN 2.0 XSD сызбасына сай емес: {detail}. Редакторда ашып, қайта сақтаңыз.",
    "Строка {line} не соответствует XSD BPMN 2.0: {detail}. Откройте файл в редакторе и сохраните заново.",
    "Line {line} does not follow the XSD of BPMN 2.0: {detail}. Open the file in an editor and save it again.",
)
