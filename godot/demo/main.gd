extends Control
## The only scene of the demo. A game knows nothing of the editor's link.


func _ready() -> void:
	($Hint as Label).text = "This game runs without Framewire."
